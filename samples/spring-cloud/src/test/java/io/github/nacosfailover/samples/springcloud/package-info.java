/**
 * Tests of the sample with a real Nacos server and real HTTP.
 */
package io.github.nacosfailover.samples.springcloud;
