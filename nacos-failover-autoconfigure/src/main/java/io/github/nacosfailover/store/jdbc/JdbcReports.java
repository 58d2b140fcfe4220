package io.github.nacosfailover.store.jdbc;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.springframework.dao.DuplicateKeyException;

/**
 * The reports of a namespace, which expire by the clock of the database.
 */
final class JdbcReports {

	private final JdbcEngine engine;

	private final String namespace;

	JdbcReports(JdbcEngine engine, String namespace) {
		this.engine = engine;
		this.namespace = namespace;
	}

	void report(String instance, String text, Duration lifetime) throws IOException {
		this.engine.call(() -> renew(instance, text, lifetime) || insert(instance, text, lifetime)
				|| renew(instance, text, lifetime), 0);
	}

	private boolean renew(String instance, String text, Duration lifetime) {
		return update(
				"UPDATE @@prefix@@report SET report = ?, expires = @@now@@ + ?"
						+ " WHERE namespace = ? AND instance = ?",
				text, lifetime.toMillis(), this.namespace, instance) == 1;
	}

	private boolean insert(String instance, String text, Duration lifetime) {
		// Rows come with new instances; those that are left of old ones go with them.
		update("DELETE FROM @@prefix@@report WHERE namespace = ? AND expires <= @@now@@", this.namespace);
		try {
			return update(
					"INSERT INTO @@prefix@@report (namespace, instance, report, expires)"
							+ " VALUES (?, ?, ?, @@now@@ + ?)",
					this.namespace, instance, text, lifetime.toMillis()) == 1;
		}
		catch (DuplicateKeyException ex) {
			return false;
		}
	}

	void withdraw(String instance) throws IOException {
		this.engine.call(() -> update("DELETE FROM @@prefix@@report WHERE namespace = ? AND instance = ?",
				this.namespace, instance), 0);
	}

	Map<String, String> all() throws IOException {
		return this.engine.call(() -> {
			Map<String, String> reports = new HashMap<>();
			this.engine.jdbc()
				.query(this.engine
					.sql("SELECT instance, report FROM @@prefix@@report WHERE namespace = ? AND expires > @@now@@"),
						(row) -> {
							reports.put(row.getString(1), row.getString(2));
						}, this.namespace);
			return reports;
		}, 0);
	}

	private int update(String sql, Object... arguments) {
		return this.engine.inTransaction(() -> this.engine.jdbc().update(this.engine.sql(sql), arguments));
	}

}
