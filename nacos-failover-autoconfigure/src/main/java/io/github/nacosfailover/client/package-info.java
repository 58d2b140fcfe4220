/**
 * The layer around a naming client: answers queries, service lists and subscriptions from
 * backups while failover is on, and leaves everything else to the client.
 */
@NullMarked
package io.github.nacosfailover.client;

import org.jspecify.annotations.NullMarked;
