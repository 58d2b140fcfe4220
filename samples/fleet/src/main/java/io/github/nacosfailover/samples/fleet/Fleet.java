package io.github.nacosfailover.samples.fleet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.nacosfailover.nacosserver.NacosServer;
import org.slf4j.LoggerFactory;
import redis.embedded.RedisServer;

/**
 * Starts Nacos, Redis, two providers and three consumers, kills Nacos, and flips all
 * three consumers with one request. Ends with 0 if each step showed what it should.
 */
public final class Fleet {

	private static final int CONSUMERS = 3;

	private Fleet() {
	}

	public static void main(String[] args) throws Exception {
		if (Boolean.getBoolean("fleet.exit-with-parent")) {
			ProcessHandle.current().parent().ifPresent((parent) -> parent.onExit().thenRun(() -> System.exit(1)));
		}
		Path directory = Files.createTempDirectory("nacos-failover-fleet-").toRealPath();
		int result = 1;
		try {
			result = run(directory);
		}
		finally {
			delete(directory);
			System.exit(result);
		}
	}

	private static int run(Path directory) throws Exception {
		// The providers' clients repeat for as long as the server is dead that it is.
		((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
		System.out.println("Starting Nacos, Redis, two providers and three consumers ...");
		System.setProperty("JM.SNAPSHOT.PATH", directory.toString());
		System.setProperty("JM.LOG.PATH", directory.resolve("logs").toString());
		System.setProperty("nacos.logging.default.config.enabled", "false");
		int redisPort = freePort();
		RedisServer redis = RedisServer.newRedisServer()
			.port(redisPort)
			.setting("bind 127.0.0.1")
			.setting("save \"\"")
			.setting("dir " + directory)
			.build();
		redis.start();
		List<Provider> providers = new ArrayList<>();
		List<ConsumerProcess> consumers = new ArrayList<>();
		try (NacosServer nacos = NacosServer.start()) {
			providers.add(new Provider(nacos.serverAddr(), "orders", "10.1.0"));
			providers.add(new Provider(nacos.serverAddr(), "payments", "10.2.0"));
			for (int i = 1; i <= CONSUMERS; i++) {
				consumers.add(new ConsumerProcess("consumer-" + i, directory, nacos.serverAddr(), redisPort));
			}
			return new FleetTour(nacos, consumers).run();
		}
		finally {
			consumers.forEach(ConsumerProcess::end);
			for (Provider provider : providers) {
				provider.leave();
			}
			redis.stop();
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	private static void delete(Path directory) throws IOException {
		try (Stream<Path> found = Files.walk(directory)) {
			for (Path file : found.sorted(Comparator.reverseOrder()).toList()) {
				file.toFile().delete();
			}
		}
	}

}
