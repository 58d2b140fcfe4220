package io.github.nacosfailover.store.jdbc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.nacosfailover.store.shared.SharedDocuments;
import io.github.nacosfailover.store.shared.SharedStoreContract;
import io.github.nacosfailover.testsupport.RealPostgres;
import io.github.nacosfailover.testsupport.Threads;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The contract on PostgreSQL, and its notices.
 */
class PostgresDocumentsTests extends JdbcDocumentsTestBase {

	private static RealPostgres server;

	private static HikariDataSource pool;

	@BeforeAll
	static void startServer(@TempDir Path directory) {
		server = RealPostgres.start(directory);
		HikariConfig configuration = new HikariConfig();
		configuration.setJdbcUrl(server.url() + "?user=postgres&password=postgres");
		configuration.setMaximumPoolSize(20);
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

	@Test
	void writeIsToldToListenersOfItsNamespaceUntilTheyClose() throws IOException {
		AtomicInteger told = new AtomicInteger();
		AtomicInteger others = new AtomicInteger();
		try (SharedDocuments documents = open("told"); SharedDocuments other = open("other")) {
			documents.onWrite(told::incrementAndGet);
			other.onWrite(others::incrementAndGet);
			// Both are told once when they begin to listen.
			Awaitility.await().until(() -> told.get() > 0 && others.get() > 0);
			int before = told.get();
			try (SharedDocuments writer = open("told")) {
				writer.write(write(null, 1));
			}
			Awaitility.await().until(() -> told.get() > before);
			assertThat(others).hasValue(1);
		}
		assertThat(Threads.named("nacos-failover-jdbc-notices")).isEmpty();
	}

	/** The store in it. */
	@Nested
	class Store extends SharedStoreContract {

		@Override
		protected SharedDocuments documents(String namespace) {
			return PostgresDocumentsTests.this.open(namespace);
		}

	}

}
