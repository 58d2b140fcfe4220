package io.github.nacosfailover.autoconfigure;

import io.github.nacosfailover.spring.property.InvalidFailoverPropertyException;
import java.time.Duration;

import io.github.nacosfailover.spring.property.InvalidFailoverPropertyException;
import org.jspecify.annotations.Nullable;

/**
 * Properties of the store in a relational database. Where the database is, and how to log
 * in, are Spring Boot's own properties.
 */
public class JdbcStoreProperties {

	private static final String PREFIX = "nacos.failover.jdbc.";

	/**
	 * Name of the bean of the data source, needed if there are several of which none is
	 * primary.
	 */
	private @Nullable String dataSource;

	/**
	 * When to create tables that are missing. They are never altered.
	 */
	private InitializeSchema initializeSchema = InitializeSchema.ALWAYS;

	/**
	 * What the names of the tables start with; may name a schema, as in
	 * 'ops.nacos_failover_'.
	 */
	private String tablePrefix = "nacos_failover_";

	/**
	 * How long a call of the database may take, if the driver or the pool do not give up
	 * earlier.
	 */
	private Duration timeout = Duration.ofSeconds(5);

	/**
	 * Whether to hold a connection that is notified of changes at once, if the database
	 * is PostgreSQL and the pool has at least 4. Without, polling finds them.
	 */
	private boolean listen = true;

	/**
	 * How often to look for changes while nobody tells of them.
	 */
	private Duration pollInterval = Duration.ofSeconds(1);

	/**
	 * How often to look for changes that this process was not notified of, while it is
	 * known to be notified of them. Counts if it is longer than the poll interval.
	 */
	private Duration pollIntervalWhileListening = Duration.ofSeconds(30);

	public @Nullable String getDataSource() {
		return this.dataSource;
	}

	public void setDataSource(@Nullable String dataSource) {
		this.dataSource = dataSource;
	}

	public InitializeSchema getInitializeSchema() {
		return this.initializeSchema;
	}

	public void setInitializeSchema(InitializeSchema initializeSchema) {
		this.initializeSchema = initializeSchema;
	}

	public String getTablePrefix() {
		return this.tablePrefix;
	}

	public void setTablePrefix(String tablePrefix) {
		this.tablePrefix = tablePrefix;
	}

	public Duration getTimeout() {
		return this.timeout;
	}

	public void setTimeout(Duration timeout) {
		this.timeout = timeout;
	}

	public boolean isListen() {
		return this.listen;
	}

	public void setListen(boolean listen) {
		this.listen = listen;
	}

	public Duration getPollInterval() {
		return this.pollInterval;
	}

	public void setPollInterval(Duration pollInterval) {
		this.pollInterval = pollInterval;
	}

	public Duration getPollIntervalWhileListening() {
		return this.pollIntervalWhileListening;
	}

	public void setPollIntervalWhileListening(Duration pollIntervalWhileListening) {
		this.pollIntervalWhileListening = pollIntervalWhileListening;
	}

	void validate() {
		InvalidFailoverPropertyException.requirePositive(PREFIX + "poll-interval", this.pollInterval, "1s");
		InvalidFailoverPropertyException.requirePositive(PREFIX + "poll-interval-while-listening",
				this.pollIntervalWhileListening, "30s");
		InvalidFailoverPropertyException.requirePositive(PREFIX + "timeout", this.timeout, "5s");
		if (!this.tablePrefix.matches("([A-Za-z_][A-Za-z0-9_]{0,62}\\.)?[A-Za-z_][A-Za-z0-9_]{0,39}")) {
			throw new InvalidFailoverPropertyException(PREFIX + "table-prefix", this.tablePrefix,
					"it is no identifier of at most 40 characters", "Set a prefix such as 'nacos_failover_'");
		}
	}

	/** When to create missing tables. */
	public enum InitializeSchema {

		/** Whatever the database. */
		ALWAYS,

		/** If the database is part of the application. */
		EMBEDDED,

		/** Never: an operator or a migration runs the script. */
		NEVER

	}

}
