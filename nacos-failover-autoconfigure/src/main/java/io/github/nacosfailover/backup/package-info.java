/**
 * What a backup is, how it answers queries, and how it is written. Depends on nothing but
 * the client's model classes and Jackson.
 */
@NullMarked
package io.github.nacosfailover.backup;

import org.jspecify.annotations.NullMarked;
