package io.github.nacosfailover.store.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.Statement;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.EncodedResource;
import org.springframework.jdbc.datasource.init.ScriptUtils;

/**
 * Creates the tables where they are missing. Any number of processes may do so at once.
 */
final class Schema {

	private static final Logger logger = LoggerFactory.getLogger(Schema.class);

	/** Of an advisory lock: PostgreSQL's IF NOT EXISTS is no help against a race. */
	private static final long LOCK = 0x6e61636f73666fL;

	private final Tables tables;

	private final SchemaInitialization initialization;

	Schema(Tables tables, SchemaInitialization initialization) {
		this.tables = tables;
		this.initialization = initialization;
	}

	/**
	 * Whether tables may be created.
	 * @param metaData of the database
	 * @return whether that is so
	 */
	boolean mayBeCreated(DatabaseMetaData metaData) throws SQLException {
		return switch (this.initialization) {
			case ALWAYS -> true;
			case EMBEDDED -> Database.isEmbedded(metaData);
			case NEVER -> false;
		};
	}

	/**
	 * Creates missing tables.
	 * @param connection a connection within a transaction
	 * @param database the database
	 */
	void create(Connection connection, Database database) throws SQLException {
		if (database == Database.POSTGRESQL) {
			try (Statement statement = connection.createStatement()) {
				statement.execute("SELECT pg_advisory_xact_lock(%s)".formatted(LOCK));
			}
		}
		ScriptUtils.executeSqlScript(connection, new EncodedResource(script(database), StandardCharsets.UTF_8));
		logger.info("Created the tables {}*", this.tables.prefix());
	}

	private ByteArrayResource script(Database database) {
		ClassPathResource resource = new ClassPathResource(scriptName(database), Schema.class);
		try (InputStream stream = resource.getInputStream()) {
			String sql = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
			return new ByteArrayResource(this.tables.in(sql).getBytes(StandardCharsets.UTF_8), scriptName(database));
		}
		catch (IOException ex) {
			throw new IllegalStateException("Cannot read " + resource, ex);
		}
	}

	/** What to do about missing tables that are not ours to create. */
	String cure(Database database) {
		return "the tables %s* are missing; run %s of the jar or set nacos.failover.jdbc.initialize-schema=always"
			.formatted(this.tables.prefix(), "io/github/nacosfailover/store/jdbc/" + scriptName(database));
	}

	private static String scriptName(Database database) {
		return "schema-%s.sql".formatted(database.platform());
	}

}
