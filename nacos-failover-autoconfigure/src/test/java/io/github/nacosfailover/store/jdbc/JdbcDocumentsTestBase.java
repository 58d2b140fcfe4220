package io.github.nacosfailover.store.jdbc;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.Documents.Changes;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.Documents.Version;
import io.github.nacosfailover.store.document.Documents.Write;
import io.github.nacosfailover.store.document.DocumentsContract;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The contract in a database, and what all databases share beyond it.
 */
abstract class JdbcDocumentsTestBase extends DocumentsContract {

	protected abstract DataSource dataSource();

	protected abstract String url();

	@Override
	protected Documents open(String namespace) {
		return open(namespace, "nacos_failover_", SchemaInitialization.ALWAYS);
	}

	private Documents open(String namespace, String tablePrefix, SchemaInitialization initialization) {
		return new JdbcDocumentsFactory(dataSource(), "'test'", tablePrefix, initialization, Duration.ofSeconds(10),
				true)
			.open(namespace);
	}

	@Test
	void locationIsTheUrlWithoutParameters() throws IOException {
		try (Documents documents = open("location")) {
			documents.changesSince(null);
			assertThat(documents.location()).isEqualTo(url());
		}
	}

	@Test
	void missingTablesThatAreNotOursToCreateAreAFailureThatNamesTheScript() {
		try (Documents documents = open("never", "missing_", SchemaInitialization.NEVER)) {
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> documents.changesSince(null))
				.withMessageContaining("missing_")
				.withMessageContaining("/schema-")
				.withMessageContaining("initialize-schema");
		}
	}

	@Test
	void manyThatStartTogetherCreateTheTablesOnce() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(8);
		try {
			List<Callable<Version>> starts = new ArrayList<>();
			for (int i = 0; i < 8; i++) {
				starts.add(() -> {
					try (Documents documents = open("together", "together_", SchemaInitialization.ALWAYS)) {
						return documents.changesSince(null).version();
					}
				});
			}
			for (Future<Version> start : executor.invokeAll(starts)) {
				assertThat(start.get()).isNull();
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void tablesThatAreDroppedAreCreatedAgain() throws IOException {
		try (Documents documents = open("dropped", "dropped_", SchemaInitialization.ALWAYS)) {
			documents.write(write(null, 1));
			JdbcTemplate jdbc = new JdbcTemplate(dataSource());
			for (String table : List.of("version", "document", "content", "report")) {
				jdbc.execute("DROP TABLE dropped_" + table);
			}
			assertThat(documents.changesSince(new Version("epoch", 1))).isEqualTo(new Changes(null, true, List.of()));
			assertThat(documents.write(write(1L, 2))).isFalse();
			assertThat(documents.write(write(null, 5))).isTrue();
		}
	}

	@Test
	void readerOlderThanTheForgottenDeletionsIsToldEverything() throws IOException {
		try (Documents documents = open("forgotten")) {
			documents.write(write(null, 1, new Document("stays", 1, "h", "")));
			documents.write(write(1L, 2, deleted("a", 2, 6000)));
			documents.write(write(2L, 3, deleted("b", 3, 6000)));

			Changes old = documents.changesSince(new Version("epoch", 1));
			assertThat(old.complete()).isTrue();
			assertThat(old.documents()).extracting(Document::name).containsExactly("stays");
			Changes recent = documents.changesSince(new Version("epoch", 2));
			assertThat(recent.complete()).isFalse();
			assertThat(recent.documents()).hasSize(6000);
			assertThat(count("document", "forgotten")).isEqualTo(6001);
		}
	}

	@Test
	void rowsOfExpiredReportsGoWithTheNextNewInstance() throws IOException {
		try (Documents documents = open("reports")) {
			for (int i = 0; i < 5; i++) {
				documents.report("i-" + i, "text", Duration.ofMillis(1));
			}
			Awaitility.await().untilAsserted(() -> assertThat(documents.reports()).isEmpty());
			documents.report("new", "text", Duration.ofMinutes(1));
			assertThat(count("report", "reports")).isEqualTo(1);
		}
	}

	private Integer count(String table, String namespace) {
		return new JdbcTemplate(dataSource()).queryForObject(
				"SELECT COUNT(*) FROM nacos_failover_" + table + " WHERE namespace = ?", Integer.class, namespace);
	}

	private static Document[] deleted(String prefix, long revision, int count) {
		return IntStream.range(0, count)
			.mapToObj((i) -> new Document(prefix + i, revision, null, ""))
			.toArray(Document[]::new);
	}

	protected static Write write(Long basis, long revision, Document... documents) {
		return new Write((basis != null) ? new Version("epoch", basis) : null, new Version("epoch", revision),
				List.of(documents), Map.of(), List.of());
	}

}
