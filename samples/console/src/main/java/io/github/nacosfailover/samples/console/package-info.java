/**
 * An application with the console.
 */
package io.github.nacosfailover.samples.console;
