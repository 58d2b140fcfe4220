/**
 * The quickstart as its users run it.
 */
package io.github.nacosfailover.samples.quickstart;
