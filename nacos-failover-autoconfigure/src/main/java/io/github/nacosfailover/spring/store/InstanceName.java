package io.github.nacosfailover.spring.store;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;

/**
 * The name of this process in a shared store, by which operators find it.
 */
public final class InstanceName {

	/** Of what an engine keeps of the name of an instance. */
	private static final int MAX_NAME = 80;

	private static final int MAX_RANDOM = 1 << 24;

	private InstanceName() {
	}

	/**
	 * A name of application, host and process id. Two containers may have the same of all
	 * three, and one process several contexts.
	 * @param application name of the application
	 * @return another name for each call
	 */
	public static String of(String application) {
		return "%s@%s:%d-%06x".formatted(shortened(application), shortened(hostName()), ProcessHandle.current().pid(),
				new SecureRandom().nextInt(MAX_RANDOM));
	}

	private static String shortened(String name) {
		return (name.length() > MAX_NAME) ? name.substring(0, MAX_NAME) : name;
	}

	private static String hostName() {
		String name = System.getenv("HOSTNAME");
		if (name != null && !name.isBlank()) {
			return name;
		}
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "unknown";
		}
	}

}
