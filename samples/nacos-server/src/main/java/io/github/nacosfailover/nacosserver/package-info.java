/**
 * A real Nacos server in a process of its own, for the tests and samples.
 */
package io.github.nacosfailover.nacosserver;
