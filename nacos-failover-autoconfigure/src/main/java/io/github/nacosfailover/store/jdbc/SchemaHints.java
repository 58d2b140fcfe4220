package io.github.nacosfailover.store.jdbc;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * Keeps in native images the scripts that create the tables, and the name by which the
 * driver of PostgreSQL is looked for.
 */
public final class SchemaHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources().registerPattern("io/github/nacosfailover/store/jdbc/schema-*.sql");
		hints.reflection().registerTypeIfPresent(classLoader, JdbcDocumentsFactory.POSTGRES_CONNECTION);
	}

}
