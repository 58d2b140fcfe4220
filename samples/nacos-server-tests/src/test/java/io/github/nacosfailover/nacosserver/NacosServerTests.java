package io.github.nacosfailover.nacosserver;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Tests for {@link NacosServer}.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class NacosServerTests {

	private static final String READINESS = "/v3/admin/core/state/readiness";

	private static final HttpClient http = HttpClient.newHttpClient();

	private static NacosServer server;

	@BeforeAll
	static void start() {
		server = NacosServer.start();
	}

	@BeforeEach
	void ensureRunning() {
		if (!server.isRunning()) {
			server.restart();
		}
	}

	@AfterAll
	static void close() {
		server.close();
	}

	@Test
	void servesTheNamesOfAnyNamespace() throws Exception {
		String service = "serviceName=orders&namespaceId=a-namespace-nobody-created";
		HttpRequest registration = request(server, "/v3/client/ns/instance?ip=10.0.0.1&port=80&" + service)
			.POST(HttpRequest.BodyPublishers.noBody())
			.build();
		assertEquals(200, http.send(registration, HttpResponse.BodyHandlers.ofString()).statusCode());
		await(() -> body(server, "/v3/client/ns/instance/list?" + service).contains("10.0.0.1"));
	}

	@Test
	void startsOnTheSamePortAfterItWasKilled() throws Exception {
		int port = server.port();
		long pid = server.pid();
		server.kill();
		assertFalse(server.isRunning());
		assertEquals(pid, server.pid());
		assertTrue(refuses(port));
		assertTrue(refuses(port + 1000));
		server.restart();
		assertEquals(port, server.port());
		assertEquals("127.0.0.1:" + port, server.serverAddr());
		assertNotEquals(pid, server.pid());
		assertTrue(isReady(server));
	}

	@Test
	void stopsGracefully() throws Exception {
		server.stop();
		assertFalse(server.isRunning());
		assertTrue(refuses(server.port()));
		assertTrue(server.logTail().contains("Nacos"));
	}

	@Test
	void answersNothingWhilePaused() throws Exception {
		server.pause();
		server.pause();
		assertTrue(server.isRunning());
		HttpRequest request = request(server, READINESS).timeout(Duration.ofSeconds(1)).build();
		assertThrows(HttpTimeoutException.class, () -> http.send(request, HttpResponse.BodyHandlers.discarding()));
		server.resume();
		server.resume();
		await(() -> isReady(server));
	}

	@Test
	void canBeKilledWhilePaused() throws Exception {
		server.pause();
		server.kill();
		assertFalse(server.isRunning());
		assertTrue(refuses(server.port()));
	}

	@Test
	void runsNextToAnotherServerAndDeletesItsHome() throws Exception {
		NacosServer other = NacosServer.start();
		try (other) {
			assertNotEquals(server.port(), other.port());
			assertTrue(isReady(server));
			assertTrue(isReady(other));
			assertTrue(other.log().startsWith(other.home()));
		}
		other.close();
		assertFalse(other.isRunning());
		assertTrue(refuses(other.port()));
		assertFalse(Files.exists(other.home()));
		assertThrows(IllegalStateException.class, other::restart);
		assertTrue(isReady(server));
	}

	@Test
	void refusesAPortWhoseDerivedPortIsTaken() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			NacosServer.Builder builder = NacosServer.builder().port(socket.getLocalPort() - 1000);
			assertTrue(assertThrows(IllegalStateException.class, builder::start).getMessage().contains("not free"));
		}
	}

	@Test
	void reportsTheLogOfAFailedStart(@TempDir Path home) {
		NacosServer.Builder builder = NacosServer.builder().home(home).jvmArgument("-XX:+NoSuchOption");
		IllegalStateException failure = assertThrows(IllegalStateException.class, builder::start);
		assertTrue(failure.getMessage().contains("NoSuchOption"), failure.getMessage());
		assertTrue(Files.exists(home.resolve("start-1/server.log")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "running", "paused" })
	void exitsWhenItsLauncherIsKilled(String state, @TempDir Path directory) throws Exception {
		String classPath = classes(NacosServer.class) + File.pathSeparator + classes(NacosServerTests.class);
		Process launcher = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Djava.io.tmpdir=" + directory, "-cp", classPath, Launcher.class.getName(), state)
			.redirectError(directory.resolve("launcher.log").toFile())
			.start();
		try (BufferedReader output = launcher.inputReader()) {
			String port = output.readLine();
			assertTrue(port != null, () -> read(directory.resolve("launcher.log")));
			launcher.destroyForcibly();
			await(() -> refuses(Integer.parseInt(port)));
		}
		finally {
			launcher.destroyForcibly();
		}
	}

	@Test
	void runsAlone(@TempDir Path home) throws Exception {
		Process launcher = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				classes(NacosServer.class), NacosServer.class.getName(), "--home", home.toString(), "--port",
				String.valueOf(ServerPorts.choose()))
			.redirectErrorStream(true)
			.start();
		try (BufferedReader output = launcher.inputReader()) {
			String line = output.readLine();
			assertTrue(line.startsWith("Nacos server ready on 127.0.0.1:"), line);
			launcher.getOutputStream().close();
			assertEquals(null, output.readLine());
			assertTrue(launcher.waitFor(5, TimeUnit.MINUTES));
			assertEquals(0, launcher.exitValue());
		}
		finally {
			launcher.destroyForcibly();
		}
		try (Stream<Path> starts = Files.list(home)) {
			assertEquals(1, starts.count());
		}
	}

	private static boolean isReady(NacosServer server) throws IOException, InterruptedException {
		HttpRequest request = request(server, READINESS).build();
		return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
	}

	private static String body(NacosServer server, String path) throws IOException, InterruptedException {
		return http.send(request(server, path).build(), HttpResponse.BodyHandlers.ofString()).body();
	}

	private static HttpRequest.Builder request(NacosServer server, String path) {
		return HttpRequest.newBuilder(URI.create("http://" + server.serverAddr() + "/nacos" + path))
			.timeout(Duration.ofMinutes(2));
	}

	private static boolean refuses(int port) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			return !socket.isConnected();
		}
		catch (ConnectException ex) {
			return true;
		}
	}

	private static String classes(Class<?> type) throws Exception {
		return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	private static void await(Condition condition) throws Exception {
		while (!condition.holds()) {
			TimeUnit.MILLISECONDS.sleep(20);
		}
	}

	private interface Condition {

		boolean holds() throws Exception;

	}

	/**
	 * Starts a server and waits to be killed.
	 */
	static final class Launcher {

		private Launcher() {
		}

		public static void main(String[] args) throws InterruptedException {
			try (NacosServer server = NacosServer.start()) {
				if (args[0].equals("paused")) {
					server.pause();
				}
				System.out.println(server.port());
				Thread.currentThread().join();
			}
		}

	}

}
