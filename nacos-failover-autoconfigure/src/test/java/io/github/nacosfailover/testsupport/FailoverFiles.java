package io.github.nacosfailover.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A failover directory, written as an operator would.
 */
public final class FailoverFiles {

	public static final String SWITCH = "00-00---000-VIPSRV_FAILOVER_SWITCH-000---00-00";

	private final Path directory;

	public FailoverFiles(Path directory) {
		this.directory = directory;
		try {
			Files.createDirectories(directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public Path directory() {
		return this.directory;
	}

	public FailoverFiles on() {
		return write(SWITCH, "1");
	}

	public FailoverFiles off() {
		return write(SWITCH, "0");
	}

	public FailoverFiles service(String name, String... addresses) {
		return write("DEFAULT_GROUP%40%40" + name, json(name, addresses));
	}

	public FailoverFiles write(String file, String content) {
		try {
			Files.writeString(this.directory.resolve(file), content);
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A pretty-printed service as the Nacos documentation shows it.
	 * @param name the name without group
	 * @param addresses the instances, {@code ip:port}
	 * @return the JSON
	 */
	public static String json(String name, String... addresses) {
		StringBuilder hosts = new StringBuilder();
		for (String address : addresses) {
			String[] parts = address.split(":");
			hosts.append(hosts.isEmpty() ? "" : ",\n").append("""
					{
					  "ip": "%s",
					  "port": %s,
					  "weight": 1.0,
					  "healthy": true,
					  "enabled": true,
					  "ephemeral": true,
					  "clusterName": "DEFAULT",
					  "serviceName": "DEFAULT_GROUP@@%s",
					  "metadata": { "from": "backup" }
					}""".formatted(parts[0], parts[1], name));
		}
		return """
				{
				  "name": "%s",
				  "groupName": "DEFAULT_GROUP",
				  "clusters": "",
				  "cacheMillis": 10000,
				  "hosts": [
				%s
				  ],
				  "lastRefTime": 0,
				  "checksum": "",
				  "allIPs": false,
				  "reachProtectionThreshold": false,
				  "valid": true
				}
				""".formatted(name, hosts);
	}

}
