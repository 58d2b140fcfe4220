package io.github.nacosfailover.samples.springcloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A failover directory, written as an operator would.
 */
record Backups(Path directory) {

	void write(String service, Provider... providers) {
		String hosts = Arrays.stream(providers).map((provider) -> """
				    {
				      "ip": "127.0.0.1",
				      "port": %s,
				      "weight": 1.0,
				      "healthy": true,
				      "enabled": true,
				      "ephemeral": true,
				      "clusterName": "DEFAULT",
				      "serviceName": "DEFAULT_GROUP@@%s",
				      "metadata": {}
				    }
				""".formatted(provider.port(), service)).collect(Collectors.joining(","));
		String json = """
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
				  "valid": true
				}
				""".formatted(service, hosts);
		try {
			Files.createDirectories(this.directory);
			Files.writeString(this.directory.resolve("DEFAULT_GROUP%40%40" + service), json);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
