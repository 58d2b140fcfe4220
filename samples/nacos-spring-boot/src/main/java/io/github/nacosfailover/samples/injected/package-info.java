/**
 * Failover for naming clients that {@code @NacosInjected} injects.
 */
package io.github.nacosfailover.samples.injected;
