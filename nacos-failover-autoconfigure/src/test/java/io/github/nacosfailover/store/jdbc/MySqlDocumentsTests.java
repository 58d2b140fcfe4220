package io.github.nacosfailover.store.jdbc;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.shared.SharedStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The contract on a MySQL that runs already: there is none that the build could start.
 * The system property names an empty database of it and a user without password, as in
 * {@code jdbc:mysql://127.0.0.1:3306/test?user=root}.
 */
@EnabledIfSystemProperty(named = "mysql.url", matches = "jdbc:mysql:.*")
class MySqlDocumentsTests extends JdbcDocumentsTestBase {

	private static HikariDataSource pool;

	@BeforeAll
	static void connect() {
		HikariConfig configuration = new HikariConfig();
		configuration.setJdbcUrl(System.getProperty("mysql.url"));
		pool = new HikariDataSource(configuration);
	}

	@AfterAll
	static void dropTablesAndClose() {
		JdbcTemplate jdbc = new JdbcTemplate(pool);
		jdbc.queryForList("SHOW TABLES", String.class).forEach((table) -> jdbc.execute("DROP TABLE " + table));
		pool.close();
	}

	@Override
	protected DataSource dataSource() {
		return pool;
	}

	@Override
	protected String url() {
		return System.getProperty("mysql.url").replaceFirst("\\?.*", "");
	}

	@Test
	void databaseIsTakenForMySql() {
		ConnectionCallback<Database> database = (connection) -> Database.of(connection.getMetaData());
		assertThat(new JdbcTemplate(pool).execute(database)).isEqualTo(Database.MYSQL);
	}

	/** The store in it. */
	@Nested
	class Store extends SharedStoreContract {

		@Override
		protected Documents documents(String namespace) {
			return MySqlDocumentsTests.this.open(namespace);
		}

	}

}
