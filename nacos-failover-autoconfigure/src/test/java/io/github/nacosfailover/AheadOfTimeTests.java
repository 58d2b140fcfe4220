package io.github.nacosfailover;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import com.alibaba.nacos.api.naming.NamingService;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.nacosfailover.testsupport.EndpointClient;
import io.github.nacosfailover.testsupport.FailoverFiles;
import io.github.nacosfailover.testsupport.RealRedis;
import io.github.nacosfailover.testsupport.SharedNacos;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplicationAotProcessor;
import org.springframework.context.aot.AbstractAotProcessor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The main job of applications that were processed ahead of time: their beans come from
 * generated code, as in a native image.
 */
class AheadOfTimeTests {

	private static final Pattern PORT = Pattern.compile("port=(\\d+)");

	private static final String BACKUP = "10.9.9.1:80";

	private static final String LIVE = "10.0.0.1:8080";

	@TempDir
	Path temp;

	private final String service = "orders-" + UUID.randomUUID();

	@Test
	void flipsBetweenTheFilesOfTheDiskAndTheServer() throws Exception {
		FailoverFiles files = new FailoverFiles(this.temp.resolve("failover")).service(this.service, BACKUP);
		mainJob("--nacos.failover.disk.path=" + files.directory());
	}

	@Test
	void flipsBetweenRedisAndTheServer() throws Exception {
		try (RealRedis redis = RealRedis.start()) {
			mainJob("--nacos.failover.store=redis", "--spring.data.redis.port=" + redis.port());
		}
	}

	private void mainJob(String... store) throws Exception {
		List<String> properties = new ArrayList<>(List.of(store));
		properties.addAll(List.of("--server.port=0", "--management.endpoints.web.exposure.include=*",
				"--spring.autoconfigure.exclude=org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration",
				"--nacos.failover.client.server-addr=" + SharedNacos.server().serverAddr()));
		process(properties);
		NamingService provider = SharedNacos.client();
		Path output = this.temp.resolve("out.txt");
		Process process = start(properties, output);
		try {
			provider.registerInstance(this.service, "10.0.0.1", 8080);
			await().until(() -> !process.isAlive() || PORT.matcher(Files.readString(output)).find());
			Matcher port = PORT.matcher(Files.readString(output));
			assertThat(port.find()).as(Files.readString(output)).isTrue();
			String address = "http://127.0.0.1:" + port.group(1);
			flip(new EndpointClient(address + "/actuator"), new EndpointClient(address + "/addresses"));
			assertThat(Files.readString(output)).contains("AOT-processed").doesNotContain("failure in");
		}
		finally {
			process.destroyForcibly().waitFor();
			provider.shutDown();
		}
	}

	private void flip(EndpointClient application, EndpointClient queries) {
		String query = "/" + this.service;
		await().until(() -> queries.get(query, 200).toString().contains(LIVE));
		boolean onDisk = application.status().at("/namespaces/public/sources/0/name").asText().equals("disk");
		if (!onDisk) {
			application.post("/nacosfailoversnapshots", "{}", 200);
		}
		JsonNode on = application.post("{\"enabled\": true, \"reason\": \"ahead of time\"}", 200);
		assertThat(on.at("/namespaces/public/switch/reason").asText()).isEqualTo("ahead of time");
		assertThat(queries.get(query, 200).toString()).contains(onDisk ? BACKUP : LIVE);
		JsonNode served = application.status().at("/namespaces/public/services/DEFAULT_GROUP@@" + this.service);
		assertThat(served.at("/servedFrom").asText()).isEqualTo("failover");
		application.post("{\"enabled\": false, \"force\": true}", 200);
		assertThat(queries.get(query, 200).toString()).contains(LIVE);
	}

	/** As the goals {@code process-aot} of the plugins for Maven and Gradle do it. */
	private void process(List<String> properties) throws Exception {
		Path sources = this.temp.resolve("sources");
		new SpringApplicationAotProcessor(AheadOfTimeApplication.class,
				AbstractAotProcessor.Settings.builder()
					.sourceOutput(sources)
					.resourceOutput(classes())
					.classOutput(classes())
					.groupId("test")
					.artifactId("application")
					.build(),
				properties.toArray(String[]::new))
			.process();
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
				Stream<Path> generated = Files.walk(sources)) {
			List<String> options = List.of("-d", classes().toString(), "-nowarn", "-proc:none", "-cp",
					classes() + File.pathSeparator + System.getProperty("java.class.path"));
			List<Path> compiled = generated.filter((file) -> file.toString().endsWith(".java")).toList();
			assertThat(compiler.getTask(null, files, null, options, null, files.getJavaFileObjectsFromPaths(compiled))
				.call()).isTrue();
		}
	}

	private Path classes() {
		try {
			return Files.createDirectories(this.temp.resolve("classes"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private Process start(List<String> properties, Path output) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
						"-XX:TieredStopAtLevel=1", "-Dspring.aot.enabled=true", "-Duser.home=" + this.temp, "-cp",
						classes() + File.pathSeparator + System.getProperty("java.class.path"),
						AheadOfTimeApplication.class.getName()));
		command.addAll(properties);
		return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
	}

}
