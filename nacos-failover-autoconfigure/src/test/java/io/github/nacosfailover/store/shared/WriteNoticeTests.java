package io.github.nacosfailover.store.shared;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.Documents.Version;
import io.github.nacosfailover.store.document.Documents.Write;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link WriteNotice}.
 */
class WriteNoticeTests {

	private static final Version BASIS = new Version("epoch", 7);

	private static final int MAX_SIZE = 8 * 1024;

	private static final Version RESULT = new Version("epoch", 1L << 50);

	@Test
	void smallWriteIsTold() {
		Write write = write(BASIS, new Document("名称", 9, "hash", "text\n\0"), new Document("gone", 3, null, ""));
		assertThat(WriteNotice.read(WriteNotice.write(write, MAX_SIZE))).isEqualTo(write);
	}

	@Test
	void firstOrLargeWriteIsNot() {
		Document document = new Document("a", 1, "h", "x".repeat(4000));
		assertThat(WriteNotice.write(write(null, document), MAX_SIZE)).isEmpty();
		assertThat(WriteNotice.write(write(BASIS, Collections.nCopies(3, document).toArray(Document[]::new)), MAX_SIZE))
			.isEmpty();
		Document small = new Document("a", 1, "h", "");
		assertThat(WriteNotice.write(write(BASIS, Collections.nCopies(200, small).toArray(Document[]::new)), MAX_SIZE))
			.isEmpty();
	}

	@Test
	void whatIsNoNoticeOfThisFormatTellsNothing() {
		byte[] message = WriteNotice.write(write(BASIS, new Document("a", 1, "h", "text")), MAX_SIZE);
		assertThat(WriteNotice.read(new byte[0])).isNull();
		assertThat(WriteNotice.read("12".getBytes(StandardCharsets.US_ASCII))).isNull();
		assertThat(WriteNotice.read(Arrays.copyOf(message, message.length - 1))).isNull();
	}

	private static Write write(Version basis, Document... documents) {
		return new Write(basis, RESULT, List.of(documents), Map.of(), List.of());
	}

}
