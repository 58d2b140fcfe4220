package io.github.nacosfailover.samples.springcloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A failover directory, written as an operator would.
 */
record Backups(Path directory) {

	void write(String service, Provider provider) {
		String json = """
				{
				  "name": "%s",
				  "groupName": "DEFAULT_GROUP",
				  "clusters": "",
				  "cacheMillis": 10000,
				  "hosts": [
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
				  ],
				  "lastRefTime": 0,
				  "checksum": "",
				  "valid": true
				}
				""".formatted(service, provider.port(), service);
		try {
			Files.createDirectories(this.directory);
			Files.writeString(this.directory.resolve("DEFAULT_GROUP%40%40" + service), json);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
