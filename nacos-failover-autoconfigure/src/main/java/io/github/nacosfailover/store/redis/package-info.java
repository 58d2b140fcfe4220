/**
 * Shared documents in Redis or Valkey, through Spring Data Redis.
 */
@NullMarked
package io.github.nacosfailover.store.redis;

import org.jspecify.annotations.NullMarked;
