package io.github.nacosfailover.store.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.DocumentsContract;
import io.github.nacosfailover.store.shared.SharedStoreContract;
import io.github.nacosfailover.store.shared.SharedStoreOutageTestBase;
import io.github.nacosfailover.testsupport.RealMariaDb;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The contract on MariaDB.
 */
class MariaDbDocumentsTests extends JdbcDocumentsTestBase {

	private static RealMariaDb server;

	private static HikariDataSource pool;

	@BeforeAll
	static void startServer(@TempDir Path directory) {
		server = RealMariaDb.start(directory);
		HikariConfig configuration = new HikariConfig();
		configuration.setJdbcUrl(server.url() + "?user=root");
		pool = new HikariDataSource(configuration);
	}

	@AfterAll
	static void stopServer() {
		pool.close();
		server.close();
	}

	@Override
	protected DataSource dataSource() {
		return pool;
	}

	@Override
	protected String url() {
		return server.url();
	}

	/** The store in it. */
	@Nested
	class Store extends SharedStoreContract {

		@Override
		protected Documents documents(String namespace) {
			return MariaDbDocumentsTests.this.open(namespace);
		}

	}

	/** The contract in the SQL of MySQL, which it takes for its own. */
	@Nested
	class AsMySql extends DocumentsContract {

		private static HikariDataSource mySql;

		@BeforeAll
		static void connect() {
			HikariConfig configuration = new HikariConfig();
			configuration.setJdbcUrl(server.url() + "?user=root&useMysqlMetadata=true");
			mySql = new HikariDataSource(configuration);
		}

		@AfterAll
		static void close() {
			mySql.close();
		}

		@Override
		protected Documents open(String namespace) {
			return new JdbcDocumentsFactory(mySql, "'test'", "mysql_", SchemaInitialization.ALWAYS,
					Duration.ofSeconds(10), true)
				.open(namespace);
		}

		@Test
		void databaseIsTakenForMySql() throws SQLException {
			try (Connection connection = mySql.getConnection()) {
				assertThat(Database.of(connection.getMetaData())).isEqualTo(Database.MYSQL);
			}
		}

	}

	/** What is served while it is gone. */
	@Nested
	class Outage extends SharedStoreOutageTestBase {

		@Override
		protected Documents documents(String namespace) {
			return new JdbcDocumentsFactory(pool, "'test'", "nacos_failover_", SchemaInitialization.ALWAYS, CALL, true)
				.open(namespace);
		}

		@Test
		void killedAndRestartedWithItsData() throws Exception {
			surviveWhileOn(() -> {
				server.kill();
				return server::restart;
			});
		}

	}

}
