package io.github.nacosfailover.store.redis;

import java.util.Collection;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Says where a connection factory connects to, without credentials.
 */
final class RedisLocation {

	private RedisLocation() {
	}

	static String of(RedisConnectionFactory connectionFactory) {
		if (connectionFactory instanceof LettuceConnectionFactory lettuce) {
			return of(lettuce.getClusterConfiguration(), lettuce.getSentinelConfiguration(),
					single(lettuce.isUseSsl(), lettuce.getHostName(), lettuce.getPort(), lettuce.getDatabase()));
		}
		if (connectionFactory instanceof JedisConnectionFactory jedis) {
			return of(jedis.getClusterConfiguration(), jedis.getSentinelConfiguration(),
					single(jedis.isUseSsl(), jedis.getHostName(), jedis.getPort(), jedis.getDatabase()));
		}
		return "redis of " + connectionFactory.getClass().getSimpleName();
	}

	private static String of(@Nullable RedisClusterConfiguration cluster, @Nullable RedisSentinelConfiguration sentinel,
			String single) {
		if (cluster != null) {
			return "redis cluster " + addresses(cluster.getClusterNodes());
		}
		if (sentinel != null) {
			return "redis sentinels %s of %s".formatted(addresses(sentinel.getSentinels()),
					(sentinel.getMaster() != null) ? sentinel.getMaster().getName() : null);
		}
		return single;
	}

	private static String single(boolean tls, String host, int port, int database) {
		return "%s://%s:%s/%s".formatted(tls ? "rediss" : "redis", host, port, database);
	}

	private static String addresses(Collection<RedisNode> nodes) {
		return nodes.stream().map(RedisNode::asString).collect(Collectors.joining(","));
	}

}
