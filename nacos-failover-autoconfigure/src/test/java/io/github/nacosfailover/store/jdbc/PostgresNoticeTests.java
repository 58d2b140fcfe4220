package io.github.nacosfailover.store.jdbc;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.Documents.Version;
import io.github.nacosfailover.store.document.Documents.Write;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PostgresNotice}.
 */
class PostgresNoticeTests {

	@Test
	void smallWriteIsTold() {
		PostgresNotice notice = new PostgresNotice("dev", write("名称"));
		assertThat(PostgresNotice.read(notice.text())).isEqualTo(notice);
	}

	@ParameterizedTest
	@ValueSource(ints = { 10, 1000, 3900, 4000 })
	void textIsNeverLongerThanTheDatabaseAllows(int length) {
		String text = new PostgresNotice("d".repeat(128), write("x".repeat(length), "y".repeat(length))).text();
		assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(8000);
		assertThat(PostgresNotice.read(text).namespace()).hasSize(128);
		assertThat(PostgresNotice.read(text).write() != null).isEqualTo(length <= 1000);
	}

	@ParameterizedTest
	@ValueSource(strings = { "dev", "dev\n", "dev\nno base64!", "dev\nAAAA" })
	void whatTellsNoWriteStillTellsTheNamespace(String text) {
		assertThat(PostgresNotice.read(text)).isEqualTo(new PostgresNotice("dev", null));
	}

	private static Write write(String... texts) {
		List<Document> documents = List.of(texts)
			.stream()
			.map((text) -> new Document(text.substring(0, 1), 2, "h", text))
			.toList();
		return new Write(new Version("epoch", 1), new Version("epoch", 2), documents, Map.of(), List.of());
	}

}
