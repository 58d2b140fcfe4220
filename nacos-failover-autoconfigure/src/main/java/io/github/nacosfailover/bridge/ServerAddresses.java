package io.github.nacosfailover.bridge;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

import com.alibaba.nacos.client.env.NacosClientProperties;
import org.jspecify.annotations.Nullable;

/**
 * Normalises the server addresses of a client. Names are not resolved, which would need
 * the network.
 */
final class ServerAddresses {

	private static final String DEFAULT_PORT = ":8848";

	private ServerAddresses() {
	}

	/** The addresses, or the endpoint that supplies them; empty if there is neither. */
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

	/** Remove scheme and path, add the port. */
	private static String normalize(String server) {
		String address = server.strip()
			.toLowerCase(Locale.ROOT)
			.replaceFirst("^https?://", "")
			.replaceFirst("[/?].*$", "")
			.replaceFirst("^(localhost|\\[::1\\])(?=:|$)", "127.0.0.1");
		return address.matches(".*:\\d+") ? address : address + DEFAULT_PORT;
	}

}
