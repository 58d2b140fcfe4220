package io.github.nacosfailover.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import com.zaxxer.hikari.HikariDataSource;
import io.github.nacosfailover.store.document.DocumentsFactory;
import io.github.nacosfailover.store.jdbc.JdbcDocumentsFactory;
import io.github.nacosfailover.store.jdbc.SchemaInitialization;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * A PostgreSQL server. The instances share forty connections, as they would through a
 * pooler in front of it, and only poll; or each also has one that it listens on, and
 * looks for changes less often.
 */
class PostgresScaleEngine implements ScaleEngine {

	private static final int CONNECTIONS = 40;

	private static final int LISTENERS = 100;

	private final boolean listening;

	private final EmbeddedPostgres server;

	private final HikariDataSource dataSource;

	PostgresScaleEngine(Path directory, boolean listening) throws IOException {
		this.listening = listening;
		this.server = EmbeddedPostgres.builder()
			.setServerConfig("max_connections", Integer.toString(2 * CONNECTIONS + LISTENERS))
			.setOverrideWorkingDirectory(directory.resolve("postgres").toFile())
			.start();
		this.dataSource = new HikariDataSource();
		this.dataSource.setDataSource(this.server.getPostgresDatabase());
		this.dataSource.setMaximumPoolSize(CONNECTIONS + (listening ? LISTENERS : 0));
	}

	@Override
	public String name() {
		return this.listening ? "postgres-listen" : "postgres";
	}

	@Override
	public Duration pollInterval() {
		return Duration.ofSeconds(1);
	}

	@Override
	public DocumentsFactory factory(int instance) {
		return new JdbcDocumentsFactory(this.dataSource, "dataSource", "nacos_failover_", SchemaInitialization.ALWAYS,
				Duration.ofSeconds(10), this.listening);
	}

	@Override
	public long requests() throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(
						"SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()")) {
			result.next();
			return result.getLong(1);
		}
	}

	@Override
	public long cpuMillis() {
		return -1;
	}

	@Override
	public void close() throws IOException {
		this.dataSource.close();
		this.server.close();
	}

}
