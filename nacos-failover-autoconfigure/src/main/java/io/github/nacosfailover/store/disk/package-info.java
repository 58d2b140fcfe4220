/**
 * The failover directory of the Nacos client, read and written as documented there.
 */
@NullMarked
package io.github.nacosfailover.store.disk;

import org.jspecify.annotations.NullMarked;
