package io.github.nacosfailover.store.jdbc;

/**
 * When to create tables that are not there.
 */
public enum SchemaInitialization {

	/** In any database. */
	ALWAYS,

	/** In a database that is part of the application. */
	EMBEDDED,

	/** Never: somebody runs the script. */
	NEVER

}
