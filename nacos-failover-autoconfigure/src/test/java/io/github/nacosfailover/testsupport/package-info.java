/**
 * What the tests share: one real Nacos server per run, and files as operators write them.
 */
package io.github.nacosfailover.testsupport;
