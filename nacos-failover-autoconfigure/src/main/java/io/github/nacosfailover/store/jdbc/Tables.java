package io.github.nacosfailover.store.jdbc;

import java.util.regex.Pattern;

/**
 * Names of the tables.
 *
 * @param prefix what they start with, may name a schema
 */
record Tables(String prefix) {

	private static final Pattern PREFIX = Pattern
		.compile("([A-Za-z_][A-Za-z0-9_]{0,62}\\.)?[A-Za-z_][A-Za-z0-9_]{0,39}");

	Tables {
		if (!PREFIX.matcher(prefix).matches()) {
			throw new IllegalArgumentException("Table prefix '%s' is not an identifier".formatted(prefix));
		}
	}

	/**
	 * SQL with the names in it.
	 * @param sql SQL with placeholders
	 * @return SQL to be executed
	 */
	String in(String sql) {
		return sql.replace("@@prefix@@", this.prefix).replace("@@index_prefix@@", withoutSchema());
	}

	/** Name of PostgreSQL's channel for notices. */
	String channel() {
		return withoutSchema() + "write";
	}

	private String withoutSchema() {
		return this.prefix.substring(this.prefix.indexOf('.') + 1);
	}

}
