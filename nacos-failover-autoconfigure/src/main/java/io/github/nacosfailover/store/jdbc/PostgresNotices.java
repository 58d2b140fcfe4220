package io.github.nacosfailover.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.github.nacosfailover.store.document.Documents.Write;
import io.github.nacosfailover.store.shared.HeldConnection;
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

	private final HeldConnection held = new HeldConnection("nacos-failover-jdbc-notices", this::listen);

	private final DataSource dataSource;

	private final String channel;

	private final String namespace;

	/** A channel that nobody else listens to. */
	private final String ownChannel = "nacos_failover_" + UUID.randomUUID().toString().replace('-', '_');

	/** Used by the thread alone. */
	private boolean problemsReported;

	/** Whether a notice has come through on the connection there is. */
	private volatile boolean proven;

	PostgresNotices(DataSource dataSource, Tables tables, String namespace) {
		this.dataSource = dataSource;
		this.channel = tables.channel();
		this.namespace = namespace;
	}

	void add(Consumer<@Nullable Write> listener) {
		this.held.add(listener);
	}

	List<String> problems() {
		return this.held.problems();
	}

	/**
	 * Whether notices are known to arrive. A pooler between here and the database lets
	 * LISTEN pass and may keep what follows from it.
	 */
	boolean areProven() {
		return this.proven;
	}

	private void listen() throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			if (connection.isWrapperFor(PGConnection.class)) {
				listen(connection);
			}
			else {
				this.held.close();
			}
		}
	}

	private void listen(Connection connection) throws SQLException {
		connection.setAutoCommit(true);
		execute(connection, "LISTEN \"%s\"; LISTEN \"%s\"".formatted(this.channel, this.ownChannel));
		this.held.connected();
		try {
			// There may have been writes while nobody listened.
			this.held.announce(null);
			prove();
			await(connection);
		}
		finally {
			if (this.proven) {
				this.proven = false;
				// They have to be looked for again.
				this.held.announce(null);
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
		while (!this.held.isClosed()) {
			PGNotification @Nullable [] notifications = notifying.getNotifications(WAIT_MILLIS);
			if (notifications != null) {
				take(notifications);
			}
			if (System.nanoTime() - checked > CHECK_NANOS) {
				if (!connection.isValid(CHECK_SECONDS)) {
					throw new SQLException("The connection is lost");
				}
				if (!this.proven) {
					reportProblems();
					prove();
				}
				checked = System.nanoTime();
			}
		}
	}

	private void reportProblems() {
		if (!this.problemsReported) {
			this.problemsReported = true;
			logger.info(
					"Failover: notices of PostgreSQL do not arrive, as behind a pooler in transaction mode, so polling "
							+ "goes on; nacos.failover.jdbc.listen=false spares the connection");
		}
	}

	private void take(PGNotification[] notifications) {
		for (PGNotification notification : notifications) {
			if (notification.getName().equals(this.ownChannel)) {
				this.proven = true;
				continue;
			}
			PostgresNotice notice = PostgresNotice.read(notification.getParameter());
			if (notice.namespace().equals(this.namespace)) {
				this.held.announce(notice.write());
			}
		}
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	@Override
	public void close() {
		this.held.close();
	}

}
