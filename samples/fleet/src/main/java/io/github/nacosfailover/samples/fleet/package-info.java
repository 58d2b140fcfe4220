/**
 * A fleet that one request flips.
 */
package io.github.nacosfailover.samples.fleet;
