/**
 * A store that many processes share, over documents in an external engine.
 */
@NullMarked
package io.github.nacosfailover.store.shared;

import org.jspecify.annotations.NullMarked;
