package io.github.nacosfailover.store.redis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.DocumentsContract;
import io.github.nacosfailover.testsupport.RealRedis;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import redis.embedded.RedisServer;
import redis.embedded.RedisShardedCluster;

/**
 * The contract on a cluster of Redis.
 */
class RedisClusterDocumentsTests extends DocumentsContract {

	private static RedisShardedCluster cluster;

	private static LettuceConnectionFactory connections;

	@BeforeAll
	static void startCluster() throws IOException {
		cluster = RedisShardedCluster.newRedisCluster()
			.withServerBuilder(RedisServer.newRedisServer()
				.executableProvider(RealRedis::executable)
				// On a busy machine a node must not be taken for dead.
				.setting("cluster-node-timeout 30000")
				.setting("dir " + RealRedis.newDirectory().getAbsolutePath()))
			.ephemeral()
			.shard("a", 0)
			.shard("b", 0)
			.shard("c", 0)
			.build();
		cluster.start();
		cluster.ports().forEach((port) -> Awaitility.await().until(() -> isReady(port)));
		List<String> nodes = cluster.ports().stream().map((port) -> "127.0.0.1:" + port).toList();
		connections = new LettuceConnectionFactory(new RedisClusterConfiguration(nodes));
		connections.afterPropertiesSet();
		connections.start();
	}

	/** Each node finds out by itself that all slots are taken. */
	private static boolean isReady(int port) {
		LettuceConnectionFactory node = new LettuceConnectionFactory("127.0.0.1", port);
		node.afterPropertiesSet();
		node.start();
		try (RedisConnection connection = node.getConnection()) {
			return connection.execute("CLUSTER", "INFO".getBytes(StandardCharsets.US_ASCII)) instanceof byte[] info
					&& new String(info, StandardCharsets.US_ASCII).contains("cluster_state:ok");
		}
		finally {
			node.destroy();
		}
	}

	@AfterAll
	static void stopCluster() throws IOException {
		connections.destroy();
		cluster.stop();
	}

	@Override
	protected Documents open(String namespace) {
		return new RedisDocumentsFactory(connections, "nacos-failover", Duration.ofSeconds(10)).open(namespace);
	}

}
