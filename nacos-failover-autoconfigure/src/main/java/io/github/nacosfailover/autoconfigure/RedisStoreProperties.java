package io.github.nacosfailover.autoconfigure;

import io.github.nacosfailover.spring.property.InvalidFailoverPropertyException;
import java.time.Duration;

import io.github.nacosfailover.spring.property.InvalidFailoverPropertyException;
import org.jspecify.annotations.Nullable;

/**
 * Properties of the store in Redis. Where Redis is, and how to log in, are Spring Boot's
 * own properties.
 */
public class RedisStoreProperties {

	private static final String PREFIX = "nacos.failover.redis.";

	/**
	 * Name of the bean that connects to Redis, needed if there are several of which none
	 * is primary.
	 */
	private @Nullable String connectionFactory;

	/**
	 * Start of all keys, without colon.
	 */
	private String keyPrefix = "nacos-failover";

	/**
	 * How long a call of Redis may take, if the driver does not give up earlier.
	 */
	private Duration timeout = Duration.ofSeconds(5);

	/**
	 * How often to look for changes that this process was not notified of.
	 */
	private Duration pollInterval = Duration.ofSeconds(10);

	public @Nullable String getConnectionFactory() {
		return this.connectionFactory;
	}

	public void setConnectionFactory(@Nullable String connectionFactory) {
		this.connectionFactory = connectionFactory;
	}

	public String getKeyPrefix() {
		return this.keyPrefix;
	}

	public void setKeyPrefix(String keyPrefix) {
		this.keyPrefix = keyPrefix;
	}

	public Duration getTimeout() {
		return this.timeout;
	}

	public void setTimeout(Duration timeout) {
		this.timeout = timeout;
	}

	public Duration getPollInterval() {
		return this.pollInterval;
	}

	public void setPollInterval(Duration pollInterval) {
		this.pollInterval = pollInterval;
	}

	void validate() {
		InvalidFailoverPropertyException.requirePositive(PREFIX + "poll-interval", this.pollInterval, "10s");
		InvalidFailoverPropertyException.requirePositive(PREFIX + "timeout", this.timeout, "5s");
		// Braces would take the place of the namespace as the hash tag of a cluster.
		if (this.keyPrefix.isBlank() || this.keyPrefix.matches(".*[{}\\s].*")) {
			throw new InvalidFailoverPropertyException(PREFIX + "key-prefix", this.keyPrefix,
					"it is blank or has spaces or braces", "Set a prefix such as 'nacos-failover'");
		}
	}

}
