/**
 * Benchmarks of the stock client and ours, side by side.
 */
package io.github.nacosfailover.benchmarks;
