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
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;

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

	/**
	 * With Jedis, the thread that subscribes reads until it is not subscribed any more.
	 */
	private final boolean jedis;

	private final byte[] channel;

	private final Duration timeout;

	private final Runnable onAnswerInDoubt;

	/** Since when a subscription has been tried, {@code null} if there is one. */
	private volatile @Nullable Instant trying;

	private volatile @Nullable RedisConnection connection;

	/**
	 * Whether Jedis reads. If it were interrupted, it would leave replies unread in a
	 * connection that goes back into the pool of the application.
	 */
	private boolean reading;

	/** Whether the server has confirmed the subscription. */
	private volatile boolean confirmed;

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
		this.jedis = connectionFactory instanceof JedisConnectionFactory;
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
			interruptUnlessReading();
		}
	}

	private synchronized void interruptUnlessReading() {
		if (!this.reading) {
			this.held.interrupt();
		}
	}

	private synchronized void beginReading() throws InterruptedException {
		if (Thread.interrupted() || this.held.isClosed()) {
			throw new InterruptedException();
		}
		this.reading = this.jedis;
	}

	private synchronized void endReading() {
		this.reading = false;
	}

	private void listen() throws InterruptedException {
		this.trying = Instant.now();
		this.confirmed = false;
		try (RedisConnection subscribed = this.connectionFactory.getConnection()) {
			this.connection = subscribed;
			subscribe(subscribed);
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

	/**
	 * Subscribes. Jedis blocks until the connection is lost or not subscribed any more;
	 * Lettuce returns, and subscribes again by itself.
	 */
	private void subscribe(RedisConnection connection) throws InterruptedException {
		beginReading();
		try {
			connection.subscribe(new Listener(), this.channel);
		}
		finally {
			endReading();
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
		this.held.close(() -> {
			unsubscribe();
			interruptUnlessReading();
		});
	}

	/**
	 * Unsubscribes. With Jedis this takes place only after the server has confirmed the
	 * subscription, and only once, so that every reply is read.
	 */
	private void unsubscribe() {
		RedisConnection subscribed = this.connection;
		if (subscribed == null || (this.jedis && !this.confirmed)) {
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
			RedisNotices.this.confirmed = true;
			if (RedisNotices.this.jedis && RedisNotices.this.held.isClosed()) {
				unsubscribe();
				return;
			}
			// With Jedis the thread itself goes on only when the connection is lost.
			RedisNotices.this.held.connected();
			// There may have been writes while nobody listened.
			RedisNotices.this.held.announce(null);
		}

	}

}
