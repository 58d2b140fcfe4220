package io.github.nacosfailover.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

import io.github.nacosfailover.store.document.DocumentsFactory;
import io.github.nacosfailover.store.redis.RedisDocumentsFactory;
import io.lettuce.core.resource.ClientResources;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import redis.embedded.RedisServer;

/**
 * A Redis server. Each instance has connections of its own.
 */
class RedisScaleEngine implements ScaleEngine {

	private static final int MONITOR = -1;

	private final int port;

	private final RedisServer server;

	private final ClientResources resources = ClientResources.builder()
		.ioThreadPoolSize(2)
		.computationThreadPoolSize(2)
		.build();

	private final Map<Integer, LettuceConnectionFactory> connections = new ConcurrentHashMap<>();

	RedisScaleEngine(int port, Path directory) throws IOException {
		this.port = port;
		this.server = RedisServer.newRedisServer()
			.port(port)
			.setting("bind 127.0.0.1")
			.setting("save \"\"")
			.setting("dir " + directory)
			.build();
		this.server.start();
	}

	@Override
	public String name() {
		return "redis";
	}

	@Override
	public Duration pollInterval() {
		return Duration.ofSeconds(10);
	}

	@Override
	public DocumentsFactory factory(int instance) {
		return new RedisDocumentsFactory(connections(instance), "nacos-failover", Duration.ofSeconds(5));
	}

	private LettuceConnectionFactory connections(int instance) {
		return this.connections.computeIfAbsent(instance, (key) -> {
			LettuceConnectionFactory factory = new LettuceConnectionFactory(
					new RedisStandaloneConfiguration("127.0.0.1", this.port),
					LettuceClientConfiguration.builder()
						.clientResources(this.resources)
						.shutdownTimeout(Duration.ZERO)
						.shutdownQuietPeriod(Duration.ZERO)
						.build());
			factory.afterPropertiesSet();
			factory.start();
			return factory;
		});
	}

	@Override
	public long requests() {
		// Every request is a script. What that calls is no request.
		Properties statistics = info("commandstats");
		return calls(statistics, "eval") + calls(statistics, "evalsha");
	}

	private static long calls(Properties statistics, String command) {
		String found = statistics.getProperty("cmdstat_" + command);
		return (found != null) ? Long.parseLong(found.replaceFirst("calls=(\\d+).*", "$1")) : 0;
	}

	@Override
	public long cpuMillis() {
		Properties cpu = info("cpu");
		return (long) (1000 * (Double.parseDouble(cpu.getProperty("used_cpu_sys"))
				+ Double.parseDouble(cpu.getProperty("used_cpu_user"))));
	}

	private Properties info(String section) {
		try (RedisConnection connection = connections(MONITOR).getConnection()) {
			return connection.serverCommands().info(section);
		}
	}

	@Override
	public void close() throws IOException {
		this.connections.values().forEach(LettuceConnectionFactory::destroy);
		this.resources.shutdown();
		this.server.stop();
	}

}
