/**
 * Looks at the environment of the application, and adds to it, before there are beans.
 */
@NullMarked
package io.github.nacosfailover.spring.environment;

import org.jspecify.annotations.NullMarked;
