package io.github.nacosfailover.samples.quickstart;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes a data file into a failover directory, as an operator does by hand.
 */
class BackupFile {

	private static final String GROUP = "DEFAULT_GROUP";

	private final Path directory;

	BackupFile(Path directory) {
		this.directory = directory;
	}

	void write(String service, List<Integer> ports) throws IOException {
		Files.createDirectories(this.directory);
		String name = URLEncoder.encode(GROUP + "@@" + service, StandardCharsets.UTF_8);
		Files.writeString(this.directory.resolve(name), content(service, ports));
	}

	private static String content(String service, List<Integer> ports) {
		return """
				{
				  "name": "%s",
				  "groupName": "%s",
				  "hosts": [
				%s
				  ]
				}
				""".formatted(service, GROUP,
				ports.stream().map(BackupFile::instance).collect(Collectors.joining(",\n")));
	}

	private static String instance(int port) {
		return """
				{ "ip": "127.0.0.1", "port": %d, "weight": 1, "healthy": true, "enabled": true,
				  "clusterName": "DEFAULT", "metadata": { "from": "backup" } }""".formatted(port);
	}

}
