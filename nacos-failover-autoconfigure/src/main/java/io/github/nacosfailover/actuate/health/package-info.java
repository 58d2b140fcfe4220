/**
 * Health of failover, for both lines of Spring Boot: its classes are in other packages
 * from 4.0 on.
 */
@NullMarked
package io.github.nacosfailover.actuate.health;

import org.jspecify.annotations.NullMarked;
