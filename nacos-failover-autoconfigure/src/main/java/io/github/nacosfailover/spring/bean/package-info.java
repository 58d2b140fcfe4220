/**
 * Decorates naming clients that are beans, and ties the engine to the life of its
 * context.
 */
@NullMarked
package io.github.nacosfailover.spring.bean;

import org.jspecify.annotations.NullMarked;
