/**
 * Hints for native images.
 */
@org.jspecify.annotations.NullMarked
package io.github.nacosfailover.spring.aot;
