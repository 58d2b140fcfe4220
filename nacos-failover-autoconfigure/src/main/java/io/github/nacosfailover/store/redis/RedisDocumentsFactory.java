package io.github.nacosfailover.store.redis;

import java.time.Duration;

import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.DocumentsFactory;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Opens shared documents in Redis 6.2 or later, or Valkey.
 */
public final class RedisDocumentsFactory implements DocumentsFactory {

	private final RedisConnectionFactory connectionFactory;

	private final String keyPrefix;

	private final Duration timeout;

	/**
	 * Creates a factory.
	 * @param connectionFactory makes the connections, and is closed by somebody else
	 * @param keyPrefix start of all keys, without colon
	 * @param timeout how long a call may take, whatever the driver is configured to wait
	 */
	public RedisDocumentsFactory(RedisConnectionFactory connectionFactory, String keyPrefix, Duration timeout) {
		this.connectionFactory = connectionFactory;
		this.keyPrefix = keyPrefix;
		this.timeout = timeout;
	}

	@Override
	public Documents open(String namespace) {
		return new RedisDocuments(this.connectionFactory, RedisKeys.of(this.keyPrefix, namespace), this.timeout);
	}

}
