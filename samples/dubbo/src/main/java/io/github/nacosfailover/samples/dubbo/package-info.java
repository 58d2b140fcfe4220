/**
 * Dubbo with a Nacos registry, and failover through the bridge.
 */
package io.github.nacosfailover.samples.dubbo;
