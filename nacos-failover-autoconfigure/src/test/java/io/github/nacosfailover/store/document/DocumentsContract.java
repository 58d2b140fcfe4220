package io.github.nacosfailover.store.document;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.github.nacosfailover.store.document.Documents.Changes;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.Documents.Version;
import io.github.nacosfailover.store.document.Documents.Write;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What every engine of shared documents has to do, ours or your own: extend this class
 * and say how to open it. Needs JUnit Jupiter, AssertJ and Awaitility.
 */
public abstract class DocumentsContract {

	private static final int WRITERS = 8;

	private static final Duration LONG = Duration.ofMinutes(10);

	private static final Duration SHORT = Duration.ofMillis(200);

	private final List<Documents> opened = new ArrayList<>();

	private final String namespace = "ns-" + UUID.randomUUID();

	private final String epoch = UUID.randomUUID().toString();

	/**
	 * Opens the documents of a namespace, as another process would each time.
	 * @param namespace id of the namespace
	 * @return the documents, which the contract closes
	 */
	protected abstract Documents open(String namespace);

	private Documents open() {
		return track(open(this.namespace));
	}

	private synchronized Documents track(Documents documents) {
		this.opened.add(documents);
		return documents;
	}

	@AfterEach
	void closeAll() {
		this.opened.forEach(Documents::close);
	}

	/**
	 * Whether the engine answers a reader that knows an earlier version with the changes
	 * since. One that is near and small may always answer with everything.
	 * @return {@code true} unless overridden
	 */
	protected boolean tellsChanges() {
		return true;
	}

	@Test
	void nothingIsThereBeforeTheFirstWrite() throws IOException {
		Documents documents = open();
		assertThat(documents.changesSince(null)).isEqualTo(new Changes(null, true, List.of()));
		assertThat(documents.changesSince(version(1))).isEqualTo(new Changes(null, true, List.of()));
		assertThat(documents.contents(List.of("a", "b"))).isEmpty();
		assertThat(documents.contentHashes()).isEmpty();
		assertThat(documents.reports()).isEmpty();
	}

	@Test
	void locationIsForPeople() {
		assertThat(open().location()).isNotBlank();
	}

	@Test
	void writeIsSeenByOthers() throws IOException {
		Documents reader = open();
		assertThat(open().write(write(null, 1, document("a", 1, "h1", "A"), document("b", 1, "h2", "")))).isTrue();
		Changes changes = reader.changesSince(null);
		assertThat(changes.version()).isEqualTo(version(1));
		assertThat(changes.complete()).isTrue();
		assertThat(changes.documents()).containsExactlyInAnyOrder(document("a", 1, "h1", "A"),
				document("b", 1, "h2", ""));
	}

	@Test
	void writeOnAnotherVersionChangesNothing() throws IOException {
		Documents documents = open();
		assertThat(documents.write(write(version(1), 2, document("a", 2, "h", "early")))).isFalse();
		assertThat(documents.changesSince(null).version()).isNull();
		assertThat(documents.write(write(null, 1, document("a", 1, "h", "1")))).isTrue();
		assertThat(documents.write(write(version(1), 2, document("a", 2, "h", "2")))).isTrue();

		Document late = document("a", 3, "h", "late");
		assertThat(documents.write(write(null, 3, late))).isFalse();
		assertThat(documents.write(write(version(1), 3, late))).isFalse();
		assertThat(documents.write(write(version(3), 4, late))).isFalse();
		assertThat(documents.write(write(new Version("another", 2), 3, late))).isFalse();
		assertThat(documents.changesSince(null))
			.isEqualTo(new Changes(version(2), true, List.of(document("a", 2, "h", "2"))));
	}

	@Test
	void refusedWriteDeletesNoContent() throws IOException {
		Documents documents = open();
		documents.write(new Write(null, version(1), List.of(document("a", 1, "h", "")), Map.of("h", bytes("content")),
				List.of()));
		assertThat(documents.write(new Write(null, version(2), List.of(), Map.of(), List.of("h")))).isFalse();
		assertThat(documents.contents(List.of("h"))).containsOnlyKeys("h");
	}

	@Test
	void ofConcurrentFirstWritesOneWins() throws Exception {
		List<Boolean> written = inParallel(
				(documents, writer) -> documents.write(new Write(null, new Version("epoch-" + writer, 1),
						List.of(document("a", 1, "h", "" + writer)), Map.of("h", bytes("content")), List.of())));
		assertThat(written).containsOnlyOnce(true);
		Changes changes = open().changesSince(null);
		int winner = written.indexOf(true);
		assertThat(changes.version()).isEqualTo(new Version("epoch-" + winner, 1));
		assertThat(changes.documents()).containsExactly(document("a", 1, "h", "" + winner));
	}

	@Test
	void noWriteOfConcurrentWritersIsLost() throws Exception {
		int each = 5;
		open().write(write(null, 1, document("counter", 1, "h", "0")));
		inParallel((documents, writer) -> {
			for (int i = 0; i < each; i++) {
				count(documents);
			}
			return true;
		});
		Changes changes = open().changesSince(null);
		int writes = WRITERS * each;
		assertThat(changes.version()).isEqualTo(version(1 + writes));
		assertThat(changes.documents()).containsExactly(document("counter", 1 + writes, "h", "" + writes));
	}

	private static void count(Documents documents) throws IOException {
		while (true) {
			Changes changes = documents.changesSince(null);
			Version basis = changes.version();
			Version result = new Version(basis.epoch(), basis.revision() + 1);
			// The document is that of the version: no answer mixes two of them.
			assertThat(changes.documents()).singleElement()
				.satisfies((counter) -> assertThat(counter.revision()).isEqualTo(basis.revision()));
			int count = Integer.parseInt(changes.documents().get(0).text()) + 1;
			if (documents.write(new Write(basis, result,
					List.of(document("counter", result.revision(), "h", "" + count)), Map.of(), List.of()))) {
				return;
			}
		}
	}

	@Test
	void changesAreThoseSinceTheKnownVersion() throws IOException {
		Documents documents = open();
		documents
			.write(write(null, 1, document("a", 1, "h", ""), document("b", 1, "h", ""), document("c", 1, "h", "")));
		documents.write(write(version(1), 2, document("b", 2, "h", "changed")));
		documents.write(write(version(2), 7, document("d", 7, "h", "new")));

		Changes changes = documents.changesSince(version(1));
		assertThat(changes.version()).isEqualTo(version(7));
		assertThat(documents.changesSince(version(7))).isEqualTo(new Changes(version(7), false, List.of()));
		Assumptions.assumeTrue(tellsChanges());
		assertThat(changes.complete()).isFalse();
		assertThat(changes.documents()).containsExactlyInAnyOrder(document("b", 2, "h", "changed"),
				document("d", 7, "h", "new"));
		assertThat(documents.changesSince(version(2)).documents()).containsExactly(document("d", 7, "h", "new"));
	}

	@Test
	void readerOfAnotherEpochOrOfALaterRevisionIsToldEverything() throws IOException {
		Documents documents = open();
		documents.write(write(null, 1, document("a", 1, "h", "")));
		documents.write(write(version(1), 2, document("b", 2, "h", "")));

		for (Version known : List.of(new Version("another", 2), new Version("another", 1), version(3))) {
			Changes changes = documents.changesSince(known);
			assertThat(changes.version()).isEqualTo(version(2));
			assertThat(changes.complete()).isTrue();
			assertThat(changes.documents()).hasSize(2);
		}
	}

	@Test
	void readerFromBeforeTheFirstWriteIsToldEverything() throws IOException {
		Documents documents = open();
		// What was wiped is put back under its epoch, less what was deleted in between.
		documents.write(write(null, 5, document("a", 3, "h", "")));
		assertThat(documents.changesSince(version(4)))
			.isEqualTo(new Changes(version(5), true, List.of(document("a", 3, "h", ""))));
	}

	@Test
	void documentPutBackKeepsItsRevisionAndIsAChange() throws IOException {
		Documents documents = open();
		documents.write(write(null, 8, document("a", 8, "h", "")));
		documents.write(write(version(8), 9, document("b", 3, "h", "")));
		assertThat(documents.changesSince(version(8)).documents()).contains(document("b", 3, "h", ""));
		Assumptions.assumeTrue(tellsChanges());
		assertThat(documents.changesSince(version(8)))
			.isEqualTo(new Changes(version(9), false, List.of(document("b", 3, "h", ""))));
	}

	@Test
	void deletedDocumentIsAChangeAndNotAmongAll() throws IOException {
		Documents documents = open();
		documents.write(write(null, 1, document("a", 1, "h", ""), document("b", 1, "h", "")));
		documents.write(write(version(1), 2, document("a", 2, null, "by whom")));
		assertThat(documents.changesSince(null).documents()).containsExactly(document("b", 1, "h", ""));
		Assumptions.assumeTrue(tellsChanges());
		assertThat(documents.changesSince(version(1)))
			.isEqualTo(new Changes(version(2), false, List.of(document("a", 2, null, "by whom"))));

		documents.write(write(version(2), 3, document("a", 3, "h", "again")));
		assertThat(documents.changesSince(version(1)).documents()).containsExactly(document("a", 3, "h", "again"));
		assertThat(documents.changesSince(null).documents()).hasSize(2);
	}

	@Test
	void contentsAreKeptOncePerHashUntilTheyAreObsolete() throws IOException {
		Documents documents = open();
		byte[] binary = new byte[] { 0, -1, 10, 13, -128, 127 };
		byte[] large = new byte[3 * 1024 * 1024];
		large[large.length - 1] = 1;
		documents.write(new Write(null, version(1), List.of(document("a", 1, "h1", ""), document("b", 1, "h1", "")),
				Map.of("h1", binary, "h2", large, "h3", new byte[0]), List.of()));
		Documents reader = open();
		Map<String, byte[]> contents = reader.contents(List.of("h1", "h2", "h3", "h4"));
		assertThat(contents).containsOnlyKeys("h1", "h2", "h3");
		assertThat(contents.get("h1")).isEqualTo(binary);
		assertThat(contents.get("h2")).isEqualTo(large);
		assertThat(contents.get("h3")).isEmpty();
		assertThat(reader.contents(List.of())).isEmpty();

		documents.write(new Write(version(1), version(2), List.of(document("c", 2, "h1", "")), Map.of("h1", binary),
				List.of("h2", "never-there")));
		assertThat(reader.contentHashes()).containsExactlyInAnyOrder("h1", "h3");
		assertThat(reader.contents(List.of("h1", "h2"))).containsOnlyKeys("h1");
	}

	@Test
	void writeWhoseContentIsGoneIsRefusedAndChangesNothing() throws IOException {
		Documents documents = open();
		documents.write(new Write(null, version(1), List.of(document("a", 1, "h1", "")),
				Map.of("h1", bytes("1"), "h2", bytes("2")), List.of()));
		Changes before = documents.changesSince(null);
		Write needing = new Write(version(1), version(2),
				List.of(document("a", 2, null, ""), document("b", 2, "h3", "")), Map.of("h4", bytes("4")),
				List.of("h2"), List.of("h1", "h3", "h4"));
		assertThatExceptionOfType(MissingContentsException.class).isThrownBy(() -> documents.write(needing))
			.satisfies((ex) -> assertThat(ex.hashes()).containsExactly("h3"))
			.withMessageContaining("h3");
		assertThat(open().changesSince(null)).isEqualTo(before);
		assertThat(open().contents(List.of("h1", "h2"))).containsOnlyKeys("h1", "h2");

		// What comes with the write is there.
		assertThat(documents.write(new Write(version(1), version(2), needing.documents(),
				Map.of("h3", bytes("3"), "h4", bytes("4")), List.of("h2"), needing.needed())))
			.isTrue();
		assertThat(open().contentHashes()).containsExactlyInAnyOrder("h1", "h3", "h4");
	}

	@Test
	void writeOnAnotherVersionIsLateWhateverItNeeds() throws IOException {
		Documents documents = open();
		documents.write(write(null, 1, document("a", 1, "h", "")));
		assertThat(documents.write(new Write(null, version(2), List.of(), Map.of(), List.of(), List.of("gone"))))
			.isFalse();
	}

	@Test
	void noContentIsDeletedThatAnotherWriterRefersTo() throws Exception {
		open().write(new Write(null, version(1), List.of(document("kept", 1, "h", "")), Map.of("h", bytes("content")),
				List.of()));
		// Half of them delete the content, the others refer to it, all based on the same.
		List<Boolean> written = inParallel((documents, writer) -> {
			Write write = (writer % 2 == 0)
					? new Write(version(1), version(2), List.of(document("kept", 2, null, "")), Map.of(), List.of("h"))
					: new Write(version(1), version(2), List.of(document("b", 2, "h", "")), Map.of(), List.of(),
							List.of("h"));
			return documents.write(write);
		});
		assertThat(written).containsOnlyOnce(true);
		Changes changes = open().changesSince(null);
		boolean referred = changes.documents().stream().anyMatch((document) -> "h".equals(document.hash()));
		assertThat(open().contents(List.of("h")).containsKey("h")).isEqualTo(referred);
	}

	@Test
	void tenThousandDocumentsAreOneWrite() throws IOException {
		int count = 10_000;
		List<Document> all = new ArrayList<>();
		Map<String, byte[]> contents = new HashMap<>();
		for (int i = 0; i < count; i++) {
			all.add(document("DEFAULT_GROUP@@service-" + i, 1, "hash-" + i, "{\"instances\":" + i + "}"));
			contents.put("hash-" + i, bytes("content " + i));
		}
		Documents documents = open();
		assertThat(documents.write(new Write(null, version(1), all, contents, List.of()))).isTrue();
		assertThat(documents.changesSince(null).documents()).containsExactlyInAnyOrderElementsOf(all);
		Collection<String> hashes = documents.contentHashes();
		assertThat(hashes).hasSize(count);
		assertThat(documents.contents(hashes)).hasSize(count)
			.hasEntrySatisfying("hash-77", (content) -> assertThat(content).isEqualTo(bytes("content 77")));

		List<Document> deleted = all.stream().map((document) -> document(document.name(), 2, null, "")).toList();
		assertThat(documents.write(new Write(version(1), version(2), deleted, Map.of(), hashes))).isTrue();
		// So many deletions may be forgotten at once, and readers told what is left.
		Changes changes = documents.changesSince(version(1));
		assertThat(changes.documents()).hasSize(changes.complete() ? 0 : count).allMatch(Document::isDeleted);
		assertThat(documents.changesSince(null).documents()).isEmpty();
		assertThat(documents.contentHashes()).isEmpty();
	}

	@Test
	void namesAndTextsAreKeptAsTheyAre() throws IOException {
		String long1 = "€".repeat(500);
		List<Document> all = List.of(document("orders", 1, "h", "lower"), document("ORDERS", 1, "h", "upper"),
				document("orders ", 1, "h", "space"), document("órders", 1, "h", "accent"),
				document("订单服务@@支付", 1, "h", "支付 😀 \"{}\"\n\t"), document(long1, 1, "h", "€".repeat(1333)),
				document(long1.substring(1) + "x", 1, "h", "'; --"), document("a{b}%_*?[c]", 1, "h", " "));
		Documents documents = open();
		assertThat(documents.write(new Write(null, version(1), all, Map.of(), List.of()))).isTrue();
		assertThat(documents.changesSince(null).documents()).containsExactlyInAnyOrderElementsOf(all);

		documents.write(write(version(1), 2, document("ORDERS", 2, null, "")));
		assertThat(documents.changesSince(null).documents()).hasSize(all.size() - 1)
			.contains(document("orders", 1, "h", "lower"));
	}

	@Test
	void namespacesAreApart() throws IOException {
		Documents documents = open();
		Documents others = track(open(this.namespace + "-other"));
		documents
			.write(new Write(null, version(1), List.of(document("a", 1, "h", "")), Map.of("h", bytes("a")), List.of()));
		documents.report("i", "text", LONG);
		assertThat(others.changesSince(null).version()).isNull();
		assertThat(others.contentHashes()).isEmpty();
		assertThat(others.reports()).isEmpty();
		assertThat(others.write(write(null, 4, document("b", 4, "h", "")))).isTrue();
		assertThat(documents.changesSince(null).version()).isEqualTo(version(1));
	}

	@Test
	void reportsAreThereUntilReplacedOrWithdrawn() throws IOException {
		Documents documents = open();
		documents.report("i-1", "first", LONG);
		documents.report("i-1", "second", LONG);
		open().report("i-2", "支付", LONG);
		assertThat(open().reports()).isEqualTo(Map.of("i-1", "second", "i-2", "支付"));
		documents.withdraw("i-1");
		documents.withdraw("never-there");
		assertThat(documents.reports()).containsOnlyKeys("i-2");
	}

	@Test
	void reportsExpireUnlessRenewed() throws IOException {
		Documents documents = open();
		documents.report("expires", "", SHORT);
		documents.report("renewed", "", SHORT);
		documents.report("renewed", "", LONG);
		documents.report("stays", "", LONG);
		Awaitility.await().untilAsserted(() -> assertThat(documents.reports()).containsOnlyKeys("renewed", "stays"));
	}

	@Test
	void closedOneFailsAndOthersGoOn() throws IOException {
		Documents closed = open();
		Documents other = open();
		closed.onWrite((write) -> {
		});
		closed.write(write(null, 1, document("a", 1, "h", "")));
		closed.report("i", "", LONG);
		closed.close();
		closed.close();
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> closed.changesSince(null));
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> closed.withdraw("i"));
		assertThat(other.changesSince(null).version()).isEqualTo(version(1));
		assertThat(other.reports()).containsOnlyKeys("i");
	}

	private List<Boolean> inParallel(Writer writer) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(WRITERS);
		try {
			List<Callable<Boolean>> tasks = new ArrayList<>();
			for (int i = 0; i < WRITERS; i++) {
				int number = i;
				Documents documents = open();
				tasks.add(() -> writer.write(documents, number));
			}
			List<Boolean> results = new ArrayList<>();
			for (Future<Boolean> future : executor.invokeAll(tasks)) {
				results.add(future.get());
			}
			return results;
		}
		finally {
			executor.shutdownNow();
		}
	}

	private Version version(long revision) {
		return new Version(this.epoch, revision);
	}

	private Write write(Version basis, long revision, Document... documents) {
		return new Write(basis, version(revision), List.of(documents), Map.of(), List.of());
	}

	private static Document document(String name, long revision, String hash, String text) {
		return new Document(name, revision, hash, text);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	@FunctionalInterface
	private interface Writer {

		boolean write(Documents documents, int number) throws Exception;

	}

}
