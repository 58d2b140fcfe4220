/**
 * Who may look at failover and who may flip it.
 */
package io.github.nacosfailover.samples.secured;
