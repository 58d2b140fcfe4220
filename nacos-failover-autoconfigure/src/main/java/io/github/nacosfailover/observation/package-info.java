/**
 * Micrometer observations of queries.
 */
@NullMarked
package io.github.nacosfailover.observation;

import org.jspecify.annotations.NullMarked;
