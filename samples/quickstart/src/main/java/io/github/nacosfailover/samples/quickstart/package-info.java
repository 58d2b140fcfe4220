/**
 * The main job to try out: a real Nacos server, a provider, and a consumer whose failover
 * is flipped over HTTP.
 */
package io.github.nacosfailover.samples.quickstart;
