/**
 * Publishes changes of the switch in the application.
 */
@NullMarked
package io.github.nacosfailover.spring.event;

import org.jspecify.annotations.NullMarked;
