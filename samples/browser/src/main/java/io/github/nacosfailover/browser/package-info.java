/**
 * A browser for tests.
 */
package io.github.nacosfailover.browser;
