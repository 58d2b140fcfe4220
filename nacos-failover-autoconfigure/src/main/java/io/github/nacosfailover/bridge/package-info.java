/**
 * The one place where the client's SPI meets the engine: every naming client of the JVM
 * gets a {@link io.github.nacosfailover.bridge.ClientBridge} as its reactor's source.
 */
@NullMarked
package io.github.nacosfailover.bridge;

import org.jspecify.annotations.NullMarked;
