/**
 * A store that many processes share, over documents in an engine of somebody else's.
 */
@NullMarked
package io.github.nacosfailover.store.shared;

import org.jspecify.annotations.NullMarked;
