/**
 * What several groups of properties have in common: their types, and what is wrong with a
 * value.
 */
@NullMarked
package io.github.nacosfailover.spring.property;

import org.jspecify.annotations.NullMarked;
