/**
 * Tests with a Nacos server that is killed, and with a browser.
 */
package io.github.nacosfailover.samples.admin;
