package io.github.nacosfailover.samples.quickstart;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the quickstart in a process of its own, as its users do.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class QuickstartIT {

	@TempDir
	private Path directory;

	private Process process;

	@AfterEach
	void kill() {
		this.process.destroyForcibly();
	}

	@Test
	void tourShowsEveryStepAndLeavesNothingBehind() throws Exception {
		launch("--tour");
		assertThat(exitValue()).as(output()).isZero();
		assertThat(output()).contains("21. Flip failover off").contains("All 21 steps showed what they should");
		assertThat(Files.list(this.directory.resolve("tmp"))).isEmpty();
	}

	@Test
	void tourFailsWithTheReasonWhenAStepDoesNotShowWhatItShould() throws Exception {
		launch("--tour", "--management.endpoint.nacosfailover.access=read-only");
		assertThat(exitValue()).as(output()).isEqualTo(1);
		assertThat(output()).contains("FAILED at step 4, Flip failover on: status 405");
	}

	@Test
	void promptObeysAndQuits() throws Exception {
		launch();
		String consumer = awaitConsumer();
		OutputStream prompt = this.process.getOutputStream();
		prompt.write("kill\n".getBytes(StandardCharsets.US_ASCII));
		prompt.flush();
		awaitOutput(Pattern.compile("Nacos on \\S+ is dead"));
		assertThat(get(consumer + "/nacos")).contains("\"running\" : false");
		prompt.write("quit\n".getBytes(StandardCharsets.US_ASCII));
		prompt.flush();
		assertThat(exitValue()).as(output()).isZero();
	}

	@Test
	void runsOnForCurlWhenThereIsNobodyToType() throws Exception {
		launch();
		String consumer = awaitConsumer();
		this.process.getOutputStream().close();
		awaitOutput(Pattern.compile("No input: running until the process is ended"));
		assertThat(get(consumer + "/orders")).contains("orders instance 1");
	}

	private void launch(String... arguments) throws IOException {
		Path temporary = Files.createDirectories(this.directory.resolve("tmp"));
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-Xmx256m", "-Djava.io.tmpdir=" + temporary, "-Duser.home=" + this.directory, "-cp",
						System.getProperty("java.class.path"), Quickstart.class.getName()));
		command.addAll(List.of(arguments));
		this.process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(this.directory.resolve("output").toFile())
			.start();
	}

	private int exitValue() throws Exception {
		assertThat(this.process.waitFor(5, TimeUnit.MINUTES)).as(output()).isTrue();
		return this.process.exitValue();
	}

	private String output() throws IOException {
		return Files.readString(this.directory.resolve("output"));
	}

	private String awaitConsumer() throws Exception {
		return awaitOutput(Pattern.compile("curl -s (http://127\\.0\\.0\\.1:\\d+)/orders")).group(1);
	}

	private Matcher awaitOutput(Pattern pattern) throws Exception {
		long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
		Matcher matcher = pattern.matcher(output());
		while (!matcher.find()) {
			assertThat(this.process.isAlive() && System.nanoTime() < end).as(output()).isTrue();
			Thread.sleep(100);
			matcher = pattern.matcher(output());
		}
		return matcher;
	}

	private static String get(String uri) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofMinutes(2)).build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
	}

}
