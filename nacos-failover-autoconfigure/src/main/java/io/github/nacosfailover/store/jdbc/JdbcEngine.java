package io.github.nacosfailover.store.jdbc;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

import javax.sql.DataSource;

import io.github.nacosfailover.store.shared.BoundedCalls;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.init.ScriptStatementFailedException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Calls the database in a bounded time, outside of any transaction of the application's,
 * and creates the tables when it finds none.
 */
final class JdbcEngine implements AutoCloseable {

	private static final int ATTEMPTS = 3;

	private final String name;

	private final Tables tables;

	private final Schema schema;

	private final JdbcTemplate jdbc;

	private final DataSourceTransactionManager transactions;

	private final BoundedCalls calls;

	private volatile @Nullable Database database;

	private volatile @Nullable String url;

	JdbcEngine(DataSource dataSource, String name, Tables tables, SchemaInitialization initialization,
			Duration timeout) {
		this.name = name;
		this.tables = tables;
		this.schema = new Schema(tables, initialization);
		this.calls = new BoundedCalls("nacos-failover-jdbc", this::location, timeout);
		this.jdbc = new JdbcTemplate(dataSource);
		this.jdbc.setQueryTimeout((int) Math.max(timeout.toSeconds(), 1));
		this.transactions = new DataSourceTransactionManager(dataSource);
	}

	String location() {
		String known = this.url;
		return (known != null) ? known : "database of " + this.name;
	}

	/**
	 * Calls the database.
	 * @param call the call, made again if there were no tables
	 * @param size number of rows to write, which take their time
	 */
	<T> T call(Supplier<T> call, int size) throws IOException {
		return this.calls.call(() -> {
			connect();
			try {
				return call.get();
			}
			catch (BadSqlGrammarException ex) {
				createTables(ex);
				return call.get();
			}
		}, Duration.ofMillis(size));
	}

	private void connect() {
		if (this.database == null) {
			this.jdbc.execute((ConnectionCallback<Boolean>) (connection) -> {
				this.url = Database.location(connection.getMetaData());
				this.database = Database.of(connection.getMetaData());
				return true;
			});
		}
	}

	private void createTables(BadSqlGrammarException missing) throws IOException {
		boolean created = inTransaction(() -> this.jdbc.execute((ConnectionCallback<Boolean>) (connection) -> {
			boolean allowed = this.schema.mayBeCreated(connection.getMetaData());
			if (allowed) {
				this.schema.create(connection, database());
			}
			return allowed;
		}));
		if (!created) {
			throw new IOException("%s: %s".formatted(location(), this.schema.cure(database())), missing);
		}
	}

	/**
	 * Writes all or nothing.
	 * @param work the work, which is done again after a deadlock, or if somebody else has
	 * created a table at the same time
	 * @return what the work returns; {@code false} undoes it
	 */
	<T> T inTransaction(Supplier<T> work) {
		for (int attempt = 1;; attempt++) {
			try {
				return required(transaction(TransactionDefinition.ISOLATION_READ_COMMITTED).execute((status) -> {
					T result = work.get();
					if (Boolean.FALSE.equals(result)) {
						status.setRollbackOnly();
					}
					return result;
				}));
			}
			catch (ConcurrencyFailureException | ScriptStatementFailedException ex) {
				if (attempt == ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

	/** Reads with several queries that see one instant. */
	<T> T atOneInstant(Supplier<T> work) {
		return required(transaction(database().isolationOfOneInstant()).execute((status) -> work.get()));
	}

	private TransactionTemplate transaction(int isolation) {
		TransactionTemplate template = new TransactionTemplate(this.transactions);
		template.setIsolationLevel(isolation);
		return template;
	}

	JdbcTemplate jdbc() {
		return this.jdbc;
	}

	/** SQL with the names of the tables and the database's clock in it. */
	String sql(String sql) {
		return this.tables.in(sql).replace("@@now@@", database().nowMillis());
	}

	/** Name of the channel for notices. */
	String channel() {
		return this.tables.channel();
	}

	Database database() {
		return required(this.database);
	}

	private static <T> T required(@Nullable T value) {
		if (value == null) {
			throw new IllegalStateException("no answer");
		}
		return value;
	}

	@Override
	public void close() {
		this.calls.close();
	}

}
