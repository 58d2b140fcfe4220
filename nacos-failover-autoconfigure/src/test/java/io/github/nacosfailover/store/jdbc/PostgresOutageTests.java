package io.github.nacosfailover.store.jdbc;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.Documents.Version;
import io.github.nacosfailover.store.document.Documents.Write;
import io.github.nacosfailover.testsupport.RealPostgres;
import io.github.nacosfailover.testsupport.Threads;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A PostgreSQL that is gone, stopped or there again, and a pool and driver as they come:
 * they would wait for half a minute, and for ever.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PostgresOutageTests {

	private static final Write FIRST = new Write(null, new Version("epoch", 1),
			List.of(new Document("a", 1, "h", "text")), Map.of("h", new byte[] { 1 }), List.of());

	private static RealPostgres server;

	private HikariDataSource pool;

	private Documents documents;

	private Version version;

	@BeforeAll
	static void startServer(@TempDir Path directory) {
		server = RealPostgres.start(directory);
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void open() {
		this.pool = new HikariDataSource();
		this.pool.setJdbcUrl(server.url());
		this.pool.setUsername("postgres");
		this.pool.setPassword("postgres");
		this.documents = new JdbcDocumentsFactory(this.pool, "'test'", "nacos_failover_", SchemaInitialization.ALWAYS,
				Duration.ofSeconds(1), true)
			.open("public");
		Awaitility.await().ignoreExceptions().untilAsserted(() -> {
			this.version = this.documents.changesSince(null).version();
			assertThat(this.documents.location()).isEqualTo(server.url());
		});
	}

	@AfterEach
	void close() {
		this.documents.close();
		this.pool.close();
	}

	@Test
	void killedServerIsAFailureUntilItIsThereAgain() {
		AtomicInteger told = new AtomicInteger();
		this.documents.onWrite((write) -> told.incrementAndGet());
		write();
		Awaitility.await().until(() -> told.get() > 0);
		server.kill();
		assertFails();

		server.restart();
		Awaitility.await()
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(this.documents.changesSince(null).version()).isEqualTo(this.version));
		told.set(0);
		Awaitility.await().ignoreExceptions().until(() -> {
			write();
			return told.get() > 0;
		});
	}

	@Test
	void stoppedServerIsAFailureUntilItGoesOnAndItsThreadsEnd() throws IOException {
		write();
		Runnable resume = server.pause();
		try {
			assertFails();
			// Their connections have a time limit too.
			Awaitility.await()
				.untilAsserted(() -> assertThat(Threads.named("nacos-failover-jdbc")).hasSizeLessThanOrEqualTo(1));
		}
		finally {
			resume.run();
		}
		Awaitility.await()
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(this.documents.changesSince(null).version()).isEqualTo(this.version));
	}

	@Test
	void closeLeavesNoThreadEvenIfTheServerIsStopped() {
		AtomicInteger told = new AtomicInteger();
		this.documents.onWrite((write) -> told.incrementAndGet());
		Awaitility.await().until(() -> told.get() > 0);
		Runnable resume = server.pause();
		try {
			assertFails();
			this.documents.close();
			Awaitility.await().untilAsserted(() -> assertThat(Threads.named("nacos-failover-jdbc")).isEmpty());
		}
		finally {
			resume.run();
		}
	}

	@Test
	void exhaustedPoolIsAFailureInABoundedTime() throws SQLException {
		try (HikariDataSource exhausted = new HikariDataSource()) {
			exhausted.setJdbcUrl(server.url());
			exhausted.setUsername("postgres");
			exhausted.setMaximumPoolSize(1);
			try (Connection taken = exhausted.getConnection();
					Documents waiting = new JdbcDocumentsFactory(exhausted, "'exhausted'", "nacos_failover_",
							SchemaInitialization.ALWAYS, Duration.ofSeconds(1), true)
						.open("public")) {
				assertThatExceptionOfType(IOException.class).isThrownBy(() -> waiting.changesSince(null))
					.withMessageContaining("'exhausted'");
			}
		}
	}

	private void write() {
		Version next = new Version("epoch", (this.version != null) ? this.version.revision() + 1 : 1);
		try {
			assertThat(this.documents.write(new Write(this.version, next, List.of(), Map.of(), List.of()))).isTrue();
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		this.version = next;
	}

	private void assertFails() {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.documents.changesSince(null))
			.withMessageContaining(server.url());
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.documents.write(FIRST));
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.documents.reports());
	}

}
