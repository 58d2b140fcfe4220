package io.github.nacosfailover.samples.dubbo;

/**
 * A service that is called through Dubbo.
 */
public interface Greetings {

	String greet(String name);

}
