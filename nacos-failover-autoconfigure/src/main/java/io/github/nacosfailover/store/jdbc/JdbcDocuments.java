package io.github.nacosfailover.store.jdbc;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.MissingContentsException;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;

/**
 * Documents in tables of a relational database.
 */
final class JdbcDocuments implements Documents {

	private static final RowMapper<Document> DOCUMENT = (row, number) -> new Document(row.getString(1), row.getLong(2),
			row.getString(3), row.getString(4));

	private final JdbcEngine engine;

	private final String namespace;

	private final JdbcReports reports;

	private final @Nullable PostgresNotices notices;

	JdbcDocuments(JdbcEngine engine, String namespace, @Nullable PostgresNotices notices) {
		this.engine = engine;
		this.namespace = namespace;
		this.reports = new JdbcReports(engine, namespace);
		this.notices = notices;
	}

	@Override
	public String location() {
		return this.engine.location();
	}

	@Override
	public Changes changesSince(@Nullable Version known) throws IOException {
		return this.engine.call(() -> isCurrent(known) ? new Changes(known, false, List.of())
				: this.engine.atOneInstant(() -> readChanges(known)), 0);
	}

	/** One short query, which is all that most polls need. */
	private boolean isCurrent(@Nullable Version version) {
		Head head = (version != null) ? readHead() : null;
		return head != null && head.version().equals(version);
	}

	private @Nullable Head readHead() {
		String sql = this.engine
			.sql("SELECT epoch, revision, deletions_since FROM @@prefix@@version WHERE namespace = ?");
		List<Head> heads = this.engine.jdbc()
			.query(sql, (row, number) -> new Head(new Version(row.getString(1), row.getLong(2)), row.getLong(3)),
					this.namespace);
		return heads.isEmpty() ? null : heads.get(0);
	}

	private Changes readChanges(@Nullable Version known) {
		Head head = readHead();
		if (head == null) {
			return new Changes(null, true, List.of());
		}
		String select = "SELECT name, revision, content_hash, detail FROM @@prefix@@document WHERE namespace = ? AND ";
		if (known == null || !head.continues(known)) {
			String sql = this.engine.sql(select + "content_hash IS NOT NULL");
			return new Changes(head.version(), true, this.engine.jdbc().query(sql, DOCUMENT, this.namespace));
		}
		String sql = this.engine.sql(select + "written > ?");
		return new Changes(head.version(), false,
				this.engine.jdbc().query(sql, DOCUMENT, this.namespace, known.revision()));
	}

	@Override
	public Map<String, byte[]> contents(Collection<String> hashes) throws IOException {
		Map<String, byte[]> contents = new HashMap<>();
		for (List<String> some : Rows.chunks(hashes)) {
			contents.putAll(this.engine.call(() -> readContents(some), 0));
		}
		return contents;
	}

	private Map<String, byte[]> readContents(List<String> hashes) {
		String sql = this.engine.sql("SELECT content_hash, content FROM @@prefix@@content WHERE content_hash IN ("
				+ Rows.placeholders("?", hashes) + ") AND namespace = ?");
		Map<String, byte[]> contents = new HashMap<>();
		this.engine.jdbc().query(sql, (row) -> {
			contents.put(row.getString(1), row.getBytes(2));
		}, Rows.arguments(hashes, this.namespace));
		return contents;
	}

	@Override
	public boolean write(Write write) throws IOException {
		int size = write.documents().size() + write.contents().size() + write.obsolete().size();
		JdbcWrite transaction = new JdbcWrite(this.engine, this.namespace, write);
		// Of the many who write the same at once, all but one need not lock anything.
		boolean done = this.engine.call(() -> (write.basis() == null || isCurrent(write.basis()))
				&& this.engine.inTransaction(transaction::execute), size);
		if (!done && !transaction.missingContents().isEmpty()) {
			throw new MissingContentsException(location(), transaction.missingContents());
		}
		return done;
	}

	@Override
	public Collection<String> contentHashes() throws IOException {
		return this.engine.call(() -> this.engine.jdbc()
			.queryForList(this.engine.sql("SELECT content_hash FROM @@prefix@@content WHERE namespace = ?"),
					String.class, this.namespace),
				0);
	}

	@Override
	public void report(String instance, String text, Duration lifetime) throws IOException {
		this.reports.report(instance, text, lifetime);
	}

	@Override
	public void withdraw(String instance) throws IOException {
		this.reports.withdraw(instance);
	}

	@Override
	public Map<String, String> reports() throws IOException {
		return this.reports.all();
	}

	@Override
	public void onWrite(Consumer<@Nullable Write> listener) {
		if (this.notices != null) {
			this.notices.add(listener);
		}
	}

	@Override
	public boolean isNotifying() {
		return this.notices != null && this.notices.areProven();
	}

	@Override
	public List<String> problems() {
		return (this.notices != null) ? this.notices.problems() : List.of();
	}

	@Override
	public void close() {
		if (this.notices != null) {
			this.notices.close();
		}
		this.engine.close();
	}

	/**
	 * The one row that a namespace has in the table of versions.
	 *
	 * @param version the version
	 * @param deletionsSince revision since which deletions are known
	 */
	private record Head(Version version, long deletionsSince) {

		private boolean continues(Version known) {
			return known.epoch().equals(this.version.epoch()) && known.revision() <= this.version.revision()
					&& known.revision() >= this.deletionsSince;
		}

	}

}
