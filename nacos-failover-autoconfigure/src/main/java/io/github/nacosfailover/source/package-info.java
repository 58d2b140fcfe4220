/**
 * Sources of failover data, and the isolation of third-party {@code FailoverDataSource}s.
 */
@NullMarked
package io.github.nacosfailover.source;

import org.jspecify.annotations.NullMarked;
