/**
 * The actuator endpoint.
 */
@NullMarked
package io.github.nacosfailover.actuate.endpoint;

import org.jspecify.annotations.NullMarked;
