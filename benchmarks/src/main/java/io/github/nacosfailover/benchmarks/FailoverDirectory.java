package io.github.nacosfailover.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The failover directory of a client, in a home of its own, written so that the stock
 * client can read it too: one line of JSON per file.
 */
final class FailoverDirectory {

	private final Path home;

	private final Path directory;

	FailoverDirectory(Path home) {
		this.home = home;
		this.directory = home.resolve("nacos/naming/public/failover");
		try {
			Files.createDirectories(this.directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static FailoverDirectory temporary() {
		try {
			return new FailoverDirectory(Files.createTempDirectory("nacos-failover-benchmark"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Path home() {
		return this.home;
	}

	FailoverDirectory failover(boolean on) {
		write("00-00---000-VIPSRV_FAILOVER_SWITCH-000---00-00", on ? "1" : "0");
		return this;
	}

	/**
	 * Backs a service up.
	 * @param service its name
	 * @param instances how many instances, from port 1 on
	 * @param network the second part of their addresses
	 * @return this directory
	 */
	FailoverDirectory service(String service, int instances, int network) {
		StringBuilder hosts = new StringBuilder();
		for (int i = 0; i < instances; i++) {
			String ip = "10.%d.%d.%d".formatted(network, i / 250, 1 + i % 250);
			int port = 1 + i;
			hosts.append((i > 0) ? "," : "")
				.append("""
						{"instanceId":"%s#%d#DEFAULT#DEFAULT_GROUP@@%s","ip":"%s","port":%d,"weight":%s,"healthy":true,\
						"enabled":true,"ephemeral":true,"clusterName":"DEFAULT","serviceName":"DEFAULT_GROUP@@%s",\
						"metadata":{"version":"1.%d","zone":"z%d","preserved.register.source":"SPRING_CLOUD"},\
						"instanceHeartBeatInterval":5000,"instanceHeartBeatTimeOut":15000,"ipDeleteTimeout":30000}"""
					.formatted(ip, port, service, ip, port, (i % 10 == 0) ? "2.0" : "1.0", service, i % 2, i % 3));
		}
		write(URLEncoder.encode("DEFAULT_GROUP@@" + service, StandardCharsets.UTF_8),
				"""
						{"name":"%s","groupName":"DEFAULT_GROUP","clusters":"","cacheMillis":10000,"hosts":[%s],"lastRefTime":1,\
						"checksum":"","allIps":false,"reachProtectionThreshold":false,"valid":true}"""
					.formatted(service, hosts));
		return this;
	}

	private void write(String name, String content) {
		try {
			Path temporary = Files.writeString(this.home.resolve("temporary"), content);
			Files.move(temporary, this.directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
