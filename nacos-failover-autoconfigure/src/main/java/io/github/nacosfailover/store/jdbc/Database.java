package io.github.nacosfailover.store.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import io.github.nacosfailover.store.shared.BoundedCalls;

/**
 * The databases we know, and the little that is not the same SQL on all of them.
 */
enum Database {

	POSTGRESQL("PostgreSQL", "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000 AS BIGINT)"),

	MYSQL("MySQL", "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)"),

	MARIADB("MariaDB", "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)"),

	H2("H2", "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000 AS BIGINT)");

	private final String productName;

	private final String nowMillis;

	Database(String productName, String nowMillis) {
		this.productName = productName;
		this.nowMillis = nowMillis;
	}

	static Database of(DatabaseMetaData metaData) throws SQLException {
		String productName = metaData.getDatabaseProductName();
		for (Database database : values()) {
			if (database.productName.equalsIgnoreCase(productName)) {
				return database;
			}
		}
		throw new UnsupportedOperationException(
				"%s is not supported; use PostgreSQL, MySQL, MariaDB or H2".formatted(productName));
	}

	/** The database's clock in milliseconds, an expression of its SQL. */
	String nowMillis() {
		return this.nowMillis;
	}

	/**
	 * A statement that inserts rows in place of any that have the same key.
	 * @param table the table
	 * @param key columns of the primary key
	 * @param others all other columns
	 * @param rows the rows, in parentheses
	 * @return SQL
	 */
	String put(String table, List<String> key, List<String> others, String rows) {
		String keyColumns = String.join(", ", key);
		String into = "INTO %s (%s, %s)".formatted(table, keyColumns, String.join(", ", others));
		return switch (this) {
			case POSTGRESQL -> "INSERT %s VALUES %s ON CONFLICT (%s) DO UPDATE SET %s".formatted(into, rows, keyColumns,
					others.stream().map("%1$s = EXCLUDED.%1$s"::formatted).collect(Collectors.joining(", ")));
			case MYSQL, MARIADB -> "REPLACE %s VALUES %s".formatted(into, rows);
			case H2 -> "MERGE %s KEY (%s) VALUES %s".formatted(into, keyColumns, rows);
		};
	}

	/**
	 * The isolation with which all queries of a transaction see one instant. With that of
	 * H2 for repeatable reads, each table is seen at an instant of its own.
	 */
	int isolationOfOneInstant() {
		return (this == H2) ? Connection.TRANSACTION_SERIALIZABLE : Connection.TRANSACTION_REPEATABLE_READ;
	}

	/** The platform as Spring Boot calls it in names of scripts. */
	String platform() {
		return name().toLowerCase(Locale.ROOT);
	}

	/** Where the database is, without parameters, among which may be credentials. */
	static String location(DatabaseMetaData metaData) throws SQLException {
		String url = metaData.getURL();
		return (url != null) ? BoundedCalls.withoutSecrets(url.split("[?;]", 2)[0]) : metaData.getDatabaseProductName();
	}

	/** Whether nobody else can have set the database up. */
	static boolean isEmbedded(DatabaseMetaData metaData) throws SQLException {
		String url = metaData.getURL();
		return H2.productName.equals(metaData.getDatabaseProductName())
				&& (url == null || !url.matches("jdbc:h2:(tcp|ssl):.*"));
	}

}
