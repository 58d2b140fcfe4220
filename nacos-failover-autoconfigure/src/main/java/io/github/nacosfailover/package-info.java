/**
 * The Java API of Nacos failover: everything the endpoint does, for applications.
 */
@NullMarked
package io.github.nacosfailover;

import org.jspecify.annotations.NullMarked;
