/**
 * Tests of the sample.
 */
package io.github.nacosfailover.samples.fleet;
