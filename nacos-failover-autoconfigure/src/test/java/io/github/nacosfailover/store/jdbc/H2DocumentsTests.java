package io.github.nacosfailover.store.jdbc;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.shared.SharedStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/**
 * The contract on H2.
 */
class H2DocumentsTests extends JdbcDocumentsTestBase {

	private static HikariDataSource pool;

	@BeforeAll
	static void openPool() {
		HikariConfig configuration = new HikariConfig();
		configuration.setJdbcUrl("jdbc:h2:mem:documents;DB_CLOSE_DELAY=-1");
		configuration.setUsername("sa");
		configuration.setPassword("secret");
		pool = new HikariDataSource(configuration);
	}

	@AfterAll
	static void closePool() {
		pool.close();
	}

	@Override
	protected DataSource dataSource() {
		return pool;
	}

	@Override
	protected String url() {
		return "jdbc:h2:mem:documents";
	}

	/** The store in it. */
	@Nested
	class Store extends SharedStoreContract {

		@Override
		protected Documents documents(String namespace) {
			return H2DocumentsTests.this.open(namespace);
		}

	}

}
