package io.github.nacosfailover.store.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.github.nacosfailover.store.shared.SharedDocuments.Write;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.Subscription;

/**
 * Listens to the channel that tells of writes, for as long as there are listeners, and
 * subscribes again when the connection is lost. Spring's container is not used because it
 * would log an error every few seconds of an outage that instances are meant to outlast.
 */
final class RedisNotices implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(RedisNotices.class);

	private static final long FIRST_PAUSE_MILLIS = 500;

	private static final long LONGEST_PAUSE_MILLIS = 10_000;

	private static final long CLOSE_MILLIS = 1000;

	private final List<Consumer<@Nullable Write>> listeners = new CopyOnWriteArrayList<>();

	private final CountDownLatch closing = new CountDownLatch(1);

	private final RedisConnectionFactory connectionFactory;

	private final byte[] channel;

	private volatile @Nullable RedisConnection connection;

	private @Nullable Thread thread;

	RedisNotices(RedisConnectionFactory connectionFactory, String channel) {
		this.connectionFactory = connectionFactory;
		this.channel = channel.getBytes(StandardCharsets.UTF_8);
	}

	synchronized void add(Consumer<@Nullable Write> listener) {
		if (isClosed()) {
			return;
		}
		this.listeners.add(listener);
		if (this.thread == null) {
			Thread subscriber = new Thread(this::listen, "nacos-failover-redis-notices");
			subscriber.setDaemon(true);
			subscriber.start();
			this.thread = subscriber;
		}
	}

	private void listen() {
		long pause = FIRST_PAUSE_MILLIS;
		while (!isClosed()) {
			try (RedisConnection subscribed = this.connectionFactory.getConnection()) {
				this.connection = subscribed;
				// Jedis blocks here until the connection is lost; Lettuce returns, and
				// subscribes again by itself.
				subscribed.subscribe((message, pattern) -> tell(WriteNotice.read(message.getBody())), this.channel);
				// There may have been writes while nobody listened.
				pause = FIRST_PAUSE_MILLIS;
				if (subscribed.isSubscribed()) {
					tell(null);
					this.closing.await();
				}
			}
			catch (InterruptedException ex) {
				return;
			}
			catch (RuntimeException ex) {
				logger.debug("Cannot listen to notices of Redis, polling goes on", ex);
			}
			finally {
				this.connection = null;
			}
			pause = pause(pause);
		}
	}

	/** Instances that lost the same server come back one by one. */
	private long pause(long millis) {
		try {
			this.closing.await(ThreadLocalRandom.current().nextLong(millis / 2, millis + 1), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return Math.min(millis * 2, LONGEST_PAUSE_MILLIS);
	}

	private void tell(@Nullable Write write) {
		for (Consumer<@Nullable Write> listener : this.listeners) {
			if (!isClosed()) {
				listener.accept(write);
			}
		}
	}

	private boolean isClosed() {
		return this.closing.getCount() == 0;
	}

	@Override
	public void close() {
		Thread subscriber;
		synchronized (this) {
			this.closing.countDown();
			this.listeners.clear();
			subscriber = this.thread;
		}
		if (subscriber == null || subscriber == Thread.currentThread()) {
			return;
		}
		unsubscribe();
		subscriber.interrupt();
		try {
			subscriber.join(CLOSE_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
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

}
