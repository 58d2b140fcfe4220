package io.github.nacosfailover.samples.fleet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A consumer in a process of its own.
 */
class ConsumerProcess {

	private static final JsonMapper MAPPER = new JsonMapper();

	private final HttpClient http = HttpClient.newHttpClient();

	private final String address;

	private final Path log;

	private final Process process;

	ConsumerProcess(String name, Path directory, String nacos, int redisPort) throws IOException {
		int port = freePort();
		this.address = "http://127.0.0.1:" + port;
		this.log = directory.resolve(name + ".log");
		Path own = directory.resolve(name);
		List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-Xmx128m", "-XX:+UseSerialGC", "-DJM.SNAPSHOT.PATH=" + own,
				"-DJM.LOG.PATH=" + own.resolve("logs"), "-Dnacos.logging.default.config.enabled=false", "-cp",
				System.getProperty("java.class.path"), Consumer.class.getName(), "--server.port=" + port,
				"--fleet.nacos=" + nacos, "--fleet.directory=" + own, "--spring.data.redis.port=" + redisPort,
				"--spring.application.name=" + name);
		this.process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(this.log.toFile()).start();
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	String address() {
		return this.address;
	}

	Path log() {
		return this.log;
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	JsonNode get(String path) throws IOException, InterruptedException {
		return send(request(path).GET().build());
	}

	JsonNode post(String path, String body) throws IOException, InterruptedException {
		return send(
				request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)).build());
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create(this.address + path)).timeout(Duration.ofMinutes(2));
	}

	private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
		HttpResponse<String> response = this.http.send(request, HttpResponse.BodyHandlers.ofString());
		if (response.statusCode() / 100 != 2) {
			throw new IOException(
					"%s answered %d: %s".formatted(request.uri(), response.statusCode(), response.body()));
		}
		return MAPPER.readTree(response.body());
	}

	void end() {
		this.process.destroyForcibly();
	}

}
