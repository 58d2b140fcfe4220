package io.github.nacosfailover.store.redis;

import java.io.IOException;
import java.util.concurrent.TimeoutException;

import io.github.nacosfailover.store.shared.BoundedCalls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The one connection of Lettuce that all calls of an application share, when its server
 * has gone without a word: a machine that lost its power, or a firewall that forgot the
 * connection. Lettuce keeps it until the operating system gives up, after a quarter of an
 * hour, though sentinels have long named another master.
 */
final class SilentConnection {

	private static final Logger logger = LoggerFactory.getLogger(SilentConnection.class);

	private final RedisConnectionFactory connectionFactory;

	private final BoundedCalls calls;

	SilentConnection(RedisConnectionFactory connectionFactory, BoundedCalls calls) {
		this.connectionFactory = connectionFactory;
		this.calls = calls;
	}

	/**
	 * Whether a failure is that nobody has answered in time.
	 */
	static boolean isCauseOf(IOException failure) {
		return failure.getCause() instanceof TimeoutException || failure.getCause() instanceof QueryTimeoutException;
	}

	/**
	 * Makes Lettuce connect anew if the shared connection is not answered. To be called
	 * when a new connection is: of a server that is merely slow nothing is taken, since
	 * others in the application use the connection, too.
	 */
	void leaveIfSilent() {
		// Those of a cluster are many, of which all but one may be well.
		if (!(this.connectionFactory instanceof LettuceConnectionFactory lettuce) || lettuce.isClusterAware()) {
			return;
		}
		try {
			this.calls.call(this::ping);
		}
		catch (IOException ex) {
			if (isCauseOf(ex)) {
				logger.warn("Failover: {} answers new connections but not the one in use, which is replaced",
						RedisLocation.of(lettuce));
				lettuce.resetConnection();
			}
		}
	}

	private boolean ping() {
		try (RedisConnection connection = this.connectionFactory.getConnection()) {
			connection.ping();
			return true;
		}
	}

}
