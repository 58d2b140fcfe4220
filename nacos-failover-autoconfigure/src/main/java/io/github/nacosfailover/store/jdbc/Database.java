package io.github.nacosfailover.store.jdbc;

import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Locale;

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
