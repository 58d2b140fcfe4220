package io.github.nacosfailover.compatibility;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A failover directory as the Nacos documentation describes it, written by hand.
 */
record FailoverDirectory(Path path) {

	static final String SWITCH = "00-00---000-VIPSRV_FAILOVER_SWITCH-000---00-00";

	FailoverDirectory {
		try {
			Files.createDirectories(path);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String property() {
		return "--nacos.failover.disk.path=" + this.path;
	}

	void writeSwitch(String content) {
		write(SWITCH, content);
	}

	void backup(String service, String... addresses) {
		write(fileName(service), json(service, "", addresses));
	}

	void write(String fileName, String content) {
		try {
			Files.writeString(this.path.resolve(fileName), content);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Replaces a file in one step, as careful tools do. */
	void replace(String fileName, String content) {
		try {
			Path temporary = Files.writeString(this.path.resolve("." + fileName + ".tmp"), content);
			Files.move(temporary, this.path.resolve(fileName), StandardCopyOption.ATOMIC_MOVE);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	void delete(String fileName) {
		try {
			Files.delete(this.path.resolve(fileName));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static String fileName(String service) {
		return "DEFAULT_GROUP%40%40" + service;
	}

	/**
	 * A pretty-printed service.
	 * @param service the service, in the default group
	 * @param metadata the members of the metadata of each instance
	 * @param addresses the instances, {@code ip:port} or {@code ip:port/cluster}
	 * @return the JSON
	 */
	static String json(String service, String metadata, String... addresses) {
		StringBuilder hosts = new StringBuilder();
		for (String address : addresses) {
			String[] parts = address.split("[:/]");
			hosts.append(hosts.isEmpty() ? "" : ",").append("""

					{
					  "ip": "%s",
					  "port": %s,
					  "weight": 1.0,
					  "healthy": true,
					  "enabled": true,
					  "ephemeral": true,
					  "clusterName": "%s",
					  "serviceName": "DEFAULT_GROUP@@%s",
					  "metadata": { %s }
					}""".formatted(parts[0], parts[1], (parts.length > 2) ? parts[2] : "DEFAULT", service, metadata));
		}
		return """
				{
				  "name": "%s",
				  "groupName": "DEFAULT_GROUP",
				  "clusters": "",
				  "cacheMillis": 10000,
				  "hosts": [%s
				  ],
				  "lastRefTime": 0,
				  "checksum": "",
				  "valid": true
				}
				""".formatted(service, hosts);
	}

}
