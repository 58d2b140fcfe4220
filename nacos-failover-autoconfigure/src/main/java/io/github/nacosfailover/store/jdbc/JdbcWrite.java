package io.github.nacosfailover.store.jdbc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.Documents.Version;
import io.github.nacosfailover.store.document.Documents.Write;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * One write, within a transaction. It locks the row that holds the version first, so that
 * writers of a namespace come one after the other and the later ones see that they are
 * late.
 */
final class JdbcWrite {

	/** More deletions make readers who know none of them read everything. */
	private static final int REMEMBERED_DELETIONS = 10_000;

	private final JdbcEngine engine;

	private final JdbcTemplate jdbc;

	private final String namespace;

	private final Write write;

	private Set<String> missing = Set.of();

	JdbcWrite(JdbcEngine engine, String namespace, Write write) {
		this.engine = engine;
		this.jdbc = engine.jdbc();
		this.namespace = namespace;
		this.write = write;
	}

	/**
	 * Writes.
	 * @return {@code false} if there is another version than the write is based on, or a
	 * content that it needs is not there
	 */
	boolean execute() {
		Version basis = this.write.basis();
		if (!((basis != null) ? advance(basis) : begin())) {
			return false;
		}
		this.missing = missing();
		if (!this.missing.isEmpty()) {
			return false;
		}
		deleteObsoleteContents();
		insertMissingContents();
		for (List<Document> some : Rows.chunks(this.write.documents())) {
			putDocuments(some);
		}
		if (this.write.documents().stream().anyMatch(Document::isDeleted)) {
			forgetDeletions();
		}
		if (this.engine.database() == Database.POSTGRESQL) {
			this.jdbc.query("SELECT pg_notify(?, ?)", (row) -> {
			}, this.engine.channel(), new PostgresNotice(this.namespace, this.write).text());
		}
		return true;
	}

	private boolean begin() {
		Version first = this.write.result();
		try {
			this.jdbc.update(sql(
					"INSERT INTO @@prefix@@version (namespace, epoch, revision, deletions_since) VALUES (?, ?, ?, ?)"),
					this.namespace, first.epoch(), first.revision(), first.revision());
		}
		catch (DuplicateKeyException ex) {
			return false;
		}
		this.jdbc.update(sql("DELETE FROM @@prefix@@document WHERE namespace = ?"), this.namespace);
		return true;
	}

	private boolean advance(Version basis) {
		Version result = this.write.result();
		int updated = this.jdbc.update(sql(
				"UPDATE @@prefix@@version SET epoch = ?, revision = ? WHERE namespace = ? AND epoch = ? AND revision = ?"),
				result.epoch(), result.revision(), this.namespace, basis.epoch(), basis.revision());
		if (updated == 1 && !basis.epoch().equals(result.epoch())) {
			knowDeletionsSince(result.revision());
		}
		return updated == 1;
	}

	private void knowDeletionsSince(long revision) {
		this.jdbc.update(sql("UPDATE @@prefix@@version SET deletions_since = ? WHERE namespace = ?"), revision,
				this.namespace);
	}

	private void deleteObsoleteContents() {
		for (List<String> some : Rows.chunks(this.write.obsolete())) {
			this.jdbc.update(sql("DELETE FROM @@prefix@@content WHERE content_hash IN (" + Rows.placeholders("?", some)
					+ ") AND namespace = ?"), Rows.arguments(some, this.namespace));
		}
	}

	/**
	 * The contents that the write needs and nobody has. Told after {@link #execute}.
	 */
	Set<String> missingContents() {
		return this.missing;
	}

	private Set<String> missing() {
		Set<String> missing = new HashSet<>(this.write.needed());
		missing.removeAll(this.write.contents().keySet());
		missing.removeAll(present(missing));
		return missing;
	}

	private Set<String> present(Collection<String> hashes) {
		Set<String> present = new HashSet<>();
		for (List<String> some : Rows.chunks(hashes)) {
			String select = sql("SELECT content_hash FROM @@prefix@@content WHERE content_hash IN ("
					+ Rows.placeholders("?", some) + ") AND namespace = ?");
			present.addAll(this.jdbc.queryForList(select, String.class, Rows.arguments(some, this.namespace)));
		}
		return present;
	}

	private void insertMissingContents() {
		Set<String> present = present(this.write.contents().keySet());
		List<Map.Entry<String, byte[]>> missing = this.write.contents()
			.entrySet()
			.stream()
			.filter((content) -> !present.contains(content.getKey()))
			.toList();
		for (List<Map.Entry<String, byte[]>> some : Rows.chunks(missing, (content) -> content.getValue().length)) {
			List<Object> arguments = new ArrayList<>();
			for (Map.Entry<String, byte[]> content : some) {
				arguments.add(this.namespace);
				arguments.add(content.getKey());
				arguments.add(content.getValue());
			}
			this.jdbc.update(sql("INSERT INTO @@prefix@@content (namespace, content_hash, content) VALUES "
					+ Rows.placeholders("(?, ?, ?)", some)), arguments.toArray());
		}
	}

	private void putDocuments(List<Document> documents) {
		List<@Nullable Object> arguments = new ArrayList<>();
		for (Document document : documents) {
			arguments.add(key(document.name()));
			arguments.add(this.namespace);
			arguments.add(document.name());
			arguments.add(document.revision());
			arguments.add(this.write.result().revision());
			arguments.add(document.hash());
			arguments.add(document.text());
		}
		String put = this.engine.database()
			.put("@@prefix@@document", List.of("name_hash", "namespace"),
					List.of("name", "revision", "written", "content_hash", "detail"),
					Rows.placeholders("(?, ?, ?, ?, ?, ?, ?)", documents));
		this.jdbc.update(sql(put), arguments.toArray());
	}

	/** A name itself would be too long for an index of MySQL. */
	private static String key(String name) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			return HexFormat.of().formatHex(digest.digest(name.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void forgetDeletions() {
		List<Long> newest = this.jdbc.queryForList(sql("SELECT written FROM @@prefix@@document"
				+ " WHERE namespace = ? AND content_hash IS NULL ORDER BY written DESC LIMIT 1 OFFSET "
				+ REMEMBERED_DELETIONS), Long.class, this.namespace);
		if (!newest.isEmpty()) {
			this.jdbc.update(
					sql("DELETE FROM @@prefix@@document WHERE namespace = ? AND content_hash IS NULL AND written <= ?"),
					this.namespace, newest.get(0));
			knowDeletionsSince(newest.get(0));
		}
	}

	private String sql(String sql) {
		return this.engine.sql(sql);
	}

}
