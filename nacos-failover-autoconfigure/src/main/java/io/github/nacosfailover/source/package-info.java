/**
 * Sources of failover: what they have, and how other people's {@code FailoverDataSource}s
 * are kept from doing harm.
 */
@NullMarked
package io.github.nacosfailover.source;

import org.jspecify.annotations.NullMarked;
