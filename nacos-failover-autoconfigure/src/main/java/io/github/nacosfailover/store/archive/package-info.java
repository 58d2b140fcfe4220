/**
 * Snapshots over a document store: one implementation for all stores.
 */
@NullMarked
package io.github.nacosfailover.store.archive;

import org.jspecify.annotations.NullMarked;
