/**
 * A shop front that calls other services through Spring Cloud.
 */
package io.github.nacosfailover.samples.springcloud;
