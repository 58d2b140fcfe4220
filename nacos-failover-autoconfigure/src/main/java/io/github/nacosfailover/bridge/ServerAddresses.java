package io.github.nacosfailover.bridge;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

import com.alibaba.nacos.client.env.NacosClientProperties;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a client's server, in one spelling. Nothing is resolved: that would
 * ask the network.
 */
final class ServerAddresses {

	private static final String DEFAULT_PORT = ":8848";

	private ServerAddresses() {
	}

	/**
	 * Reads the addresses.
	 * @param properties the properties of the client
	 * @return the addresses, or its endpoint, which tells them; empty if it has neither
	 */
	static Set<String> of(NacosClientProperties properties) {
		Set<String> addresses = new HashSet<>();
		String servers = properties.getProperty("serverAddr");
		if (!isBlank(servers)) {
			for (String server : servers.split("[,;]")) {
				if (!server.isBlank()) {
					addresses.add(normalize(server));
				}
			}
			return addresses;
		}
		String endpoint = properties.getProperty("endpoint");
		return isBlank(endpoint) ? Set.of() : Set.of("endpoint " + endpoint.strip().toLowerCase(Locale.ROOT) + ":"
				+ properties.getProperty("endpointPort", "8080"));
	}

	private static boolean isBlank(@Nullable String text) {
		return text == null || text.isBlank();
	}

	/** Without scheme and path, with port. */
	private static String normalize(String server) {
		String address = server.strip()
			.toLowerCase(Locale.ROOT)
			.replaceFirst("^https?://", "")
			.replaceFirst("[/?].*$", "")
			.replaceFirst("^(localhost|\\[::1\\])(?=:|$)", "127.0.0.1");
		return address.matches(".*:\\d+") ? address : address + DEFAULT_PORT;
	}

}
