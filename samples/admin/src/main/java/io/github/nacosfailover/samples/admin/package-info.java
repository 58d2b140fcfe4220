/**
 * A Spring Boot Admin server with views of failover, which keeps its applications while
 * Nacos is down.
 */
package io.github.nacosfailover.samples.admin;
