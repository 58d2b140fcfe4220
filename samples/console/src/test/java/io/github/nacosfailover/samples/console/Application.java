package io.github.nacosfailover.samples.console;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The application, running, and its failover directory.
 */
final class Application implements AutoCloseable {

	private final HttpClient http = HttpClient.newHttpClient();

	private final ConfigurableApplicationContext context;

	private Application(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static Application start(String serverAddr, Path directory, String... arguments) {
		List<String> all = new ArrayList<>(List.of("--server.port=0", "--spring.main.banner-mode=off",
				"--nacos.failover.client.server-addr=" + serverAddr, "--nacos.failover.disk.path=" + directory,
				"--nacos.failover.snapshot.delay=1s"));
		all.addAll(List.of(arguments));
		return new Application(new SpringApplicationBuilder(ConsoleApplication.class).run(all.toArray(String[]::new)));
	}

	/**
	 * Writes a backup as the Nacos client reads it.
	 * @param directory the failover directory
	 * @param service name of the service
	 */
	static void writeBackup(Path directory, String service) throws IOException {
		Files.createDirectories(directory);
		String json = """
				{"name": "%s", "groupName": "DEFAULT_GROUP", "hosts": [{"ip": "10.0.0.1", "port": 80, "healthy": true,
				"enabled": true}]}""".formatted(service);
		Files.writeString(directory.resolve(URLEncoder.encode("DEFAULT_GROUP@@" + service, StandardCharsets.UTF_8)),
				json);
	}

	NamingService naming() {
		return this.context.getBean(NamingService.class);
	}

	int instances(String service) throws NacosException {
		return naming().getAllInstances(service).size();
	}

	String console() {
		return actuator() + "/nacosfailoverconsole";
	}

	private String actuator() {
		return "http://127.0.0.1:%s/actuator".formatted(this.context.getEnvironment().getProperty("local.server.port"));
	}

	String get(String path) {
		return send(HttpRequest.newBuilder(URI.create(actuator() + path)));
	}

	String post(String body) {
		return send(HttpRequest.newBuilder(URI.create(actuator() + "/nacosfailover"))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body)));
	}

	boolean isOn() {
		return get("/nacosfailover").startsWith("{\"enabled\":true");
	}

	private String send(HttpRequest.Builder request) {
		try {
			return this.http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.context.close();
	}

}
