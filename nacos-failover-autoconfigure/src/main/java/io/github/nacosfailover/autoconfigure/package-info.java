/**
 * Auto-configuration of Nacos failover.
 */
@NullMarked
package io.github.nacosfailover.autoconfigure;

import org.jspecify.annotations.NullMarked;
