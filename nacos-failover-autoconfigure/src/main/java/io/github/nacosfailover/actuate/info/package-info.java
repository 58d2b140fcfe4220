/**
 * What the info endpoint tells of failover.
 */
@NullMarked
package io.github.nacosfailover.actuate.info;

import org.jspecify.annotations.NullMarked;
