package io.github.nacosfailover.store.jdbc;

import java.time.Duration;

import javax.sql.DataSource;

import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.DocumentsFactory;

/**
 * Opens shared documents in PostgreSQL, MySQL, MariaDB or H2.
 */
public final class JdbcDocumentsFactory implements DocumentsFactory {

	/** By name: the driver need not be there. */
	static final String POSTGRES_CONNECTION = "org.postgresql.PGConnection";

	private final DataSource dataSource;

	private final String name;

	private final Tables tables;

	private final SchemaInitialization initialization;

	private final Duration timeout;

	private final boolean listen;

	/**
	 * Creates a factory.
	 * @param dataSource gives the connections, and is closed by somebody else
	 * @param name name of the data source, for people
	 * @param tablePrefix what names of tables start with, may name a schema
	 * @param initialization when to create tables that are not there
	 * @param timeout how long a call may take, whatever the driver and the pool are
	 * configured to wait
	 * @param listen whether to hold a connection that is notified of writes at once, if
	 * the database is PostgreSQL and the pool can spare one
	 * @throws IllegalArgumentException if the prefix is not an identifier
	 */
	public JdbcDocumentsFactory(DataSource dataSource, String name, String tablePrefix,
			SchemaInitialization initialization, Duration timeout, boolean listen) {
		this.dataSource = dataSource;
		this.name = name;
		this.tables = new Tables(tablePrefix);
		this.initialization = initialization;
		this.timeout = timeout;
		this.listen = listen && isPostgresDriverPresent() && !SmallPools.contain(dataSource);
	}

	private static boolean isPostgresDriverPresent() {
		try {
			Class.forName(POSTGRES_CONNECTION, false, JdbcDocumentsFactory.class.getClassLoader());
			return true;
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return false;
		}
	}

	@Override
	public Documents open(String namespace) {
		// A little later than calls are given up, so that their threads end too.
		DataSource limited = new TimeLimitedDataSource(this.dataSource, this.timeout.plusSeconds(1));
		JdbcEngine engine = new JdbcEngine(limited, this.name, this.tables, this.initialization, this.timeout);
		return new JdbcDocuments(engine, namespace,
				this.listen ? new PostgresNotices(limited, this.tables, namespace) : null);
	}

}
