/**
 * Shared documents in a relational database, through Spring JDBC.
 */
@NullMarked
package io.github.nacosfailover.store.jdbc;

import org.jspecify.annotations.NullMarked;
