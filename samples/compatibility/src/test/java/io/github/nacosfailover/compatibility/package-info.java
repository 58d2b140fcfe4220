/**
 * What a user sees, over real HTTP and from a real Nacos server: compiled and run once
 * for every supported line of Spring Boot and of the Nacos client.
 */
package io.github.nacosfailover.compatibility;
