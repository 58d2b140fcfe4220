/**
 * The document store that snapshots, switches and guard state are kept in: its contract,
 * and what all users of it share.
 */
@NullMarked
package io.github.nacosfailover.store.document;

import org.jspecify.annotations.NullMarked;
