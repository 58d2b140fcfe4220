package io.github.nacosfailover.store.jdbc;

import java.nio.file.Path;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.shared.SharedStore;
import io.github.nacosfailover.store.shared.SharedStoreOutageTestBase;
import io.github.nacosfailover.testsupport.Network;
import io.github.nacosfailover.testsupport.RealPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a fleet on PostgreSQL serves while that is gone, stopped, empty or out of reach.
 */
class PostgresStoreOutageTests extends SharedStoreOutageTestBase {

	private static RealPostgres server;

	private Network network;

	private HikariDataSource pool;

	private HikariDataSource direct;

	@BeforeAll
	static void startServer(@TempDir Path directory) {
		server = RealPostgres.start(directory);
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void connect() {
		this.network = Network.to(server.port());
		this.pool = pool(this.network.port());
		this.direct = pool(server.port());
	}

	private static HikariDataSource pool(int port) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl("jdbc:postgresql://localhost:%d/postgres".formatted(port));
		pool.setUsername("postgres");
		pool.setPassword("postgres");
		return pool;
	}

	@AfterEach
	void close() {
		this.network.close();
		this.pool.close();
		this.direct.close();
	}

	@Override
	protected Documents documents(String namespace) {
		return documents(this.pool, namespace);
	}

	private static Documents documents(HikariDataSource pool, String namespace) {
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

	@Test
	void outOfReachAndThenWithoutItsTables() throws Exception {
		surviveWhileOn(() -> {
			this.network.cut();
			return () -> {
				JdbcTemplate jdbc = new JdbcTemplate(this.direct);
				for (String table : List.of("version", "document", "content", "report")) {
					jdbc.execute("DROP TABLE nacos_failover_" + table);
				}
				this.network.mend();
			};
		});
	}

	@Test
	void stoppedForAWhile() throws Exception {
		surviveWhileOn(server::pause);
	}

	@Test
	void processBehindACutFollowsWhenItIsMended() throws Exception {
		SharedStore behind = start("behind");
		SharedStore other = start("other", documents(this.direct, namespace()));
		this.network.silence();
		SwitchState on = on();
		other.writeSwitch(on);
		await().untilAsserted(() -> assertProblem(behind));
		assertThat(switchOf(behind)).isEqualTo(SwitchState.OFF);
		this.network.mend();
		await().untilAsserted(() -> assertThat(switchOf(behind)).isEqualTo(on));
	}

}
