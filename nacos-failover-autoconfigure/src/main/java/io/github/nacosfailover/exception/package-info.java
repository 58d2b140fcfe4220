/**
 * Exceptions of the API.
 */
@NullMarked
package io.github.nacosfailover.exception;

import org.jspecify.annotations.NullMarked;
