package io.github.nacosfailover.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of writes through LISTEN and NOTIFY of PostgreSQL, on a connection that it holds
 * for as long as there are listeners. Without PostgreSQL or its driver there is nothing
 * to hear, and polling does.
 */
final class PostgresNotices implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(PostgresNotices.class);

	private static final int WAIT_MILLIS = 250;

	/** A connection that a firewall has cut looks like one with no news. */
	private static final long CHECK_NANOS = TimeUnit.MINUTES.toNanos(1);

	private static final int CHECK_SECONDS = 5;

	private static final long FIRST_PAUSE_MILLIS = 500;

	private static final long LONGEST_PAUSE_MILLIS = 10_000;

	private static final long CLOSE_MILLIS = 2000;

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	private final CountDownLatch closing = new CountDownLatch(1);

	private final DataSource dataSource;

	private final String channel;

	private final String namespace;

	/** A channel that nobody else listens to. */
	private final String ownChannel = "nacos_failover_" + UUID.randomUUID().toString().replace('-', '_');

	/** Whether a notice has come through on the connection there is. */
	private volatile boolean proven;

	private @Nullable Thread thread;

	PostgresNotices(DataSource dataSource, Tables tables, String namespace) {
		this.dataSource = dataSource;
		this.channel = tables.channel();
		this.namespace = namespace;
	}

	synchronized void add(Runnable listener) {
		if (isClosed()) {
			return;
		}
		this.listeners.add(listener);
		if (this.thread == null) {
			Thread started = new Thread(this::run, "nacos-failover-jdbc-notices");
			started.setDaemon(true);
			started.start();
			this.thread = started;
		}
	}

	/**
	 * Whether notices are known to arrive. A pooler between here and the database lets
	 * LISTEN pass and may keep what follows from it.
	 */
	boolean areProven() {
		return this.proven;
	}

	private void run() {
		long pause = FIRST_PAUSE_MILLIS;
		while (!isClosed()) {
			try (Connection connection = this.dataSource.getConnection()) {
				if (!connection.isWrapperFor(PGConnection.class)) {
					return;
				}
				listen(connection);
				pause = FIRST_PAUSE_MILLIS;
			}
			catch (SQLException | RuntimeException ex) {
				logger.debug("Cannot listen to notices of the database, polling goes on", ex);
			}
			pause = pause(pause);
		}
	}

	private void listen(Connection connection) throws SQLException {
		connection.setAutoCommit(true);
		execute(connection, "LISTEN \"%s\"; LISTEN \"%s\"".formatted(this.channel, this.ownChannel));
		try {
			// There may have been writes while nobody listened.
			tell();
			prove();
			await(connection);
		}
		finally {
			if (this.proven) {
				this.proven = false;
				// They have to be looked for again.
				tell();
			}
			if (!connection.isClosed()) {
				execute(connection, "UNLISTEN \"%s\"; UNLISTEN \"%s\"".formatted(this.channel, this.ownChannel));
			}
		}
	}

	/** Sends a notice as others do, through a connection of the pool. */
	private void prove() {
		try (Connection other = this.dataSource.getConnection()) {
			other.setAutoCommit(true);
			execute(other, "NOTIFY \"%s\"".formatted(this.ownChannel));
		}
		catch (SQLException ex) {
			logger.debug("It cannot be proven that notices arrive, polling goes on", ex);
		}
	}

	private void await(Connection connection) throws SQLException {
		PGConnection notifying = connection.unwrap(PGConnection.class);
		long checked = System.nanoTime();
		while (!isClosed()) {
			PGNotification @Nullable [] notifications = notifying.getNotifications(WAIT_MILLIS);
			if (notifications != null) {
				take(notifications);
			}
			if (System.nanoTime() - checked > CHECK_NANOS) {
				if (!connection.isValid(CHECK_SECONDS)) {
					throw new SQLException("The connection is lost");
				}
				if (!this.proven) {
					prove();
				}
				checked = System.nanoTime();
			}
		}
	}

	private void take(PGNotification[] notifications) {
		boolean written = false;
		for (PGNotification notification : notifications) {
			this.proven |= notification.getName().equals(this.ownChannel);
			written |= this.namespace.equals(notification.getParameter());
		}
		if (written) {
			tell();
		}
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
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

	private void tell() {
		for (Runnable listener : this.listeners) {
			if (!isClosed()) {
				listener.run();
			}
		}
	}

	private boolean isClosed() {
		return this.closing.getCount() == 0;
	}

	@Override
	public void close() {
		Thread listening;
		synchronized (this) {
			this.closing.countDown();
			this.listeners.clear();
			listening = this.thread;
		}
		if (listening == null || listening == Thread.currentThread()) {
			return;
		}
		listening.interrupt();
		try {
			listening.join(CLOSE_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
