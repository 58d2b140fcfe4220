package io.github.nacosfailover.store.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

import io.github.nacosfailover.store.document.Documents.Write;
import io.github.nacosfailover.store.shared.HeldConnection;
import io.github.nacosfailover.store.shared.WriteNotice;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.connection.MessageListener;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.Subscription;
import org.springframework.data.redis.connection.SubscriptionListener;

/**
 * Listens to the channel that tells of writes, for as long as there are listeners, and
 * subscribes again when the connection is lost, or in doubt: nothing is ever sent over
 * it, so that its server can go unnoticed. Spring's container is not used because it
 * would log an error every few seconds of an outage that instances are meant to outlast.
 */
final class RedisNotices implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(RedisNotices.class);

	private final HeldConnection held = new HeldConnection("nacos-failover-redis-notices", this::listen);

	private final Semaphore doubts = new Semaphore(0);

	private final RedisConnectionFactory connectionFactory;

	private final byte[] channel;

	private final Duration timeout;

	private final Runnable onAnswerInDoubt;

	/** Since when a subscription has been tried, {@code null} if there is one. */
	private volatile @Nullable Instant trying;

	private volatile @Nullable RedisConnection connection;

	/** Whether the last connection was given up; used by the thread alone. */
	private boolean inDoubt;

	/**
	 * Creates notices; nothing is connected to before the first listener.
	 * @param connectionFactory makes the connections
	 * @param channel the channel
	 * @param timeout how long it may take to subscribe, if calls fail meanwhile
	 * @param onAnswerInDoubt called after a doubt, once a new connection is answered
	 */
	RedisNotices(RedisConnectionFactory connectionFactory, String channel, Duration timeout, Runnable onAnswerInDoubt) {
		this.connectionFactory = connectionFactory;
		this.timeout = timeout;
		this.onAnswerInDoubt = onAnswerInDoubt;
		this.channel = channel.getBytes(StandardCharsets.UTF_8);
	}

	void add(Consumer<@Nullable Write> listener) {
		this.held.add(listener);
	}

	List<String> problems() {
		return this.held.problems();
	}

	/**
	 * Tells that the server has not answered a call, so this connection may be of no use,
	 * either. Jedis goes on to listen all the same, until the connection is closed.
	 */
	void doubt() {
		this.doubts.release();
		Instant since = this.trying;
		if (since != null && since.plus(this.timeout).isBefore(Instant.now())) {
			// The driver may wait for a server that sentinels have long replaced.
			this.held.interrupt();
		}
	}

	private void listen() throws InterruptedException {
		this.trying = Instant.now();
		try (RedisConnection subscribed = this.connectionFactory.getConnection()) {
			this.connection = subscribed;
			// Jedis blocks here until the connection is lost; Lettuce returns, and
			// subscribes again by itself.
			subscribed.subscribe(new Listener(), this.channel);
			this.held.connected();
			if (subscribed.isSubscribed()) {
				this.trying = null;
				awaitDoubt();
			}
		}
		finally {
			this.connection = null;
		}
	}

	private void awaitDoubt() throws InterruptedException {
		if (this.inDoubt) {
			this.onAnswerInDoubt.run();
		}
		this.doubts.drainPermits();
		this.doubts.acquire();
		this.inDoubt = true;
	}

	@Override
	public void close() {
		this.held.close(this::unsubscribe);
	}

	private void unsubscribe() {
		RedisConnection subscribed = this.connection;
		if (subscribed == null) {
			return;
		}
		try {
			Subscription subscription = subscribed.getSubscription();
			if (subscription != null) {
				subscription.close();
			}
		}
		catch (RuntimeException ex) {
			logger.debug("Cannot unsubscribe from notices of Redis", ex);
		}
	}

	/** What the drivers call. */
	private final class Listener implements MessageListener, SubscriptionListener {

		@Override
		public void onMessage(Message message, byte @Nullable [] pattern) {
			RedisNotices.this.held.announce(WriteNotice.read(message.getBody()));
		}

		@Override
		public void onChannelSubscribed(byte[] subscribed, long count) {
			RedisNotices.this.trying = null;
			// With Jedis the thread itself goes on only when the connection is lost.
			RedisNotices.this.held.connected();
			// There may have been writes while nobody listened.
			RedisNotices.this.held.announce(null);
		}

	}

}
