/**
 * The console: a page that shows failover and changes it through the other endpoints.
 */
@NullMarked
package io.github.nacosfailover.actuate.console;

import org.jspecify.annotations.NullMarked;
