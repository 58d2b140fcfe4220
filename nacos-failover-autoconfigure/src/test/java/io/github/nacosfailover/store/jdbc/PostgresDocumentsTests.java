package io.github.nacosfailover.store.jdbc;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.nacosfailover.autoconfigure.NacosFailoverAutoConfiguration;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.FleetState;
import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.Documents.Write;
import io.github.nacosfailover.store.document.DocumentsFactory;
import io.github.nacosfailover.store.shared.SharedStore;
import io.github.nacosfailover.store.shared.SharedStoreContract;
import io.github.nacosfailover.testsupport.ProcessSettings;
import io.github.nacosfailover.testsupport.RealPostgres;
import io.github.nacosfailover.testsupport.Threads;
import org.awaitility.Awaitility;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.Driver;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

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
		try (Documents documents = open("told"); Documents other = open("other")) {
			documents.onWrite((write) -> told.incrementAndGet());
			other.onWrite((write) -> others.incrementAndGet());
			// Both are told once when they begin to listen.
			Awaitility.await().until(() -> told.get() > 0 && others.get() > 0);
			int before = told.get();
			try (Documents writer = open("told")) {
				writer.write(write(null, 1));
			}
			Awaitility.await().until(() -> told.get() > before);
			assertThat(others).hasValue(1);
		}
		assertThat(Threads.named("nacos-failover-jdbc-notices")).isEmpty();
	}

	@Test
	void whatAListenerThrowsIsAProblemAndDoesNotEndTheConnection() {
		AtomicBoolean failing = new AtomicBoolean(true);
		try (Documents documents = open("failing")) {
			documents.onWrite((write) -> {
				if (failing.get()) {
					throw new StackOverflowError("on purpose");
				}
			});
			Awaitility.await().until(documents::isNotifying);
			assertThat(documents.problems()).singleElement().asString().contains("on purpose");
			failing.set(false);
			new JdbcTemplate(pool).execute("NOTIFY nacos_failover_write, 'failing'");
			Awaitility.await().until(() -> documents.problems().isEmpty());
		}
	}

	@Test
	void whatWasWrittenIsToldUnlessItIsLarge() throws IOException {
		List<Write> told = new CopyOnWriteArrayList<>();
		AtomicInteger untold = new AtomicInteger();
		try (Documents documents = open("written"); Documents writer = open("written")) {
			writer.write(write(null, 1));
			documents.onWrite((write) -> {
				if (write != null) {
					told.add(write);
				}
				else {
					untold.incrementAndGet();
				}
			});
			Awaitility.await().until(documents::isNotifying);
			Write small = write(1L, 2, new Document("名称", 2, "h", "text"));
			writer.write(small);
			Awaitility.await().untilAsserted(() -> assertThat(told).containsExactly(small));
			int before = untold.get();
			writer.write(write(2L, 3, new Document("a", 3, "h", "x".repeat(4000)),
					new Document("b", 3, "h", "x".repeat(4000))));
			Awaitility.await().untilAsserted(() -> assertThat(untold).hasValue(before + 1));
			assertThat(told).hasSize(1);
		}
	}

	@Test
	void flipIsAppliedThoughNobodyPolls(@TempDir Path directory) throws IOException {
		Duration never = Duration.ofMinutes(10);
		Documents documents = open("nobody-polls");
		try (SharedStore one = new SharedStore("jdbc", open("nobody-polls"), directory.resolve("one"),
				ProcessSettings.of("one", never, never));
				SharedStore other = new SharedStore("jdbc", documents, directory.resolve("other"),
						ProcessSettings.of("other", never, never))) {
			Awaitility.await().until(documents::isNotifying);
			for (boolean enabled : List.of(true, false, true)) {
				SwitchState flipped = new SwitchState(enabled, Instant.now(), "ops", null, null);
				one.writeSwitch(flipped);
				Awaitility.await().untilAsserted(() -> assertThat(other.state().failoverSwitch()).isEqualTo(flipped));
			}
			Awaitility.await().untilAsserted(() -> assertThat(one.fleet()).isEqualTo(new FleetState(2, 2, List.of())));
		}
	}

	@Test
	void noticesAreCountedOnOnceOneHasComeThroughUntilTheConnectionIsLost() throws IOException {
		try (Documents documents = open("counted-on")) {
			assertThat(documents.isNotifying()).isFalse();
			AtomicInteger told = new AtomicInteger();
			documents.onWrite((write) -> told.incrementAndGet());
			Awaitility.await().until(documents::isNotifying);
			int before = told.get();
			new JdbcTemplate(pool)
				.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE TRIM(query) LIKE 'LISTEN%'");
			// Once at the end of the one, once at the start of the next.
			Awaitility.await().until(() -> told.get() >= before + 2);
			Awaitility.await().until(documents::isNotifying);
		}
	}

	@Test
	void noticesAreNotCountedOnIfThoseOfOtherConnectionsDoNotComeThrough() {
		AtomicInteger connections = new AtomicInteger();
		// As behind a pooler, what listens and what notifies do not meet.
		DataSource first = new SimpleDriverDataSource(new Driver(), server.url(), "postgres", "postgres");
		DataSource others = new SimpleDriverDataSource(new Driver(), server.url().replace("/postgres", "/template1"),
				"postgres", "postgres");
		DataSource divided = new DelegatingDataSource(others) {

			@Override
			public Connection getConnection() throws SQLException {
				return (connections.getAndIncrement() == 0) ? first.getConnection() : super.getConnection();
			}

		};
		AtomicInteger told = new AtomicInteger();
		try (PostgresNotices notices = new PostgresNotices(divided, new Tables("divided_"), "public")) {
			notices.add((write) -> told.incrementAndGet());
			Awaitility.await().until(() -> connections.get() == 2);
			new JdbcTemplate(first).execute("NOTIFY divided_write, 'public'");
			Awaitility.await().until(() -> told.get() == 2);
			assertThat(notices.areProven()).isFalse();
		}
	}

	@Test
	void dataSourceNamedByThePropertyIsUsedThoughAnotherIsPrimary() {
		JdbcDataSource primary = new JdbcDataSource();
		primary.setUrl("jdbc:h2:mem:primary;DB_CLOSE_DELAY=-1");
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(NacosFailoverAutoConfiguration.class))
			.withBean("primary", DataSource.class, () -> primary, (definition) -> definition.setPrimary(true))
			// Closed by the test.
			.withBean("failover", DataSource.class, () -> pool,
					(definition) -> ((AbstractBeanDefinition) definition).setDestroyMethodName(""))
			.withPropertyValues("nacos.failover.store=jdbc", "nacos.failover.jdbc.data-source=failover",
					"nacos.failover.jdbc.table-prefix=named_")
			.run((context) -> {
				DocumentsFactory factory = context.getBean(DocumentsFactory.class);
				AtomicInteger told = new AtomicInteger();
				try (Documents reader = factory.open("named"); Documents writer = factory.open("named")) {
					reader.onWrite((write) -> told.incrementAndGet());
					Awaitility.await().until(() -> told.get() > 0);
					int before = told.get();
					writer.write(write(null, 1, new Document("a", 1, "h", "text")));
					Awaitility.await().until(() -> told.get() > before);
					assertThat(reader.changesSince(null).documents()).hasSize(1);
					assertThat(reader.location()).isEqualTo(server.url());
				}
			});
		assertThat(new JdbcTemplate(pool).queryForObject("SELECT COUNT(*) FROM named_document", Integer.class))
			.isEqualTo(1);
	}

	/** The store in it. */
	@Nested
	class Store extends SharedStoreContract {

		@Override
		protected Documents documents(String namespace) {
			return PostgresDocumentsTests.this.open(namespace);
		}

	}

}
