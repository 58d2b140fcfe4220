package io.github.nacosfailover.store.jdbc;

import java.sql.Connection;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * Keeps in native images the scripts that create the tables, the proxy of connections,
 * and the name by which the driver of PostgreSQL is looked for.
 */
public final class SchemaHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources().registerPattern("io/github/nacosfailover/store/jdbc/schema-*.sql");
		hints.proxies().registerJdkProxy(Connection.class);
		hints.reflection().registerType(Connection.class, MemberCategory.INVOKE_PUBLIC_METHODS);
		hints.reflection().registerTypeIfPresent(classLoader, JdbcDocumentsFactory.POSTGRES_CONNECTION);
	}

}
