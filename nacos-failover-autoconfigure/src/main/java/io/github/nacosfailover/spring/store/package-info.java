/**
 * Opens the stores that the application is configured to use.
 */
@NullMarked
package io.github.nacosfailover.spring.store;

import org.jspecify.annotations.NullMarked;
