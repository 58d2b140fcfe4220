package io.github.nacosfailover.store.jdbc;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

import io.github.nacosfailover.store.document.Documents.Write;
import io.github.nacosfailover.store.shared.WriteNotice;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL sends to all who listen: the namespace that was written, and the write
 * if it is small.
 *
 * @param namespace the namespace
 * @param write the write without its contents, {@code null} if it is not given
 */
record PostgresNotice(String namespace, @Nullable Write write) {

	/** Less than 8000 bytes, says the documentation of NOTIFY. */
	private static final int MAX_SIZE = 7999;

	private static final char SEPARATOR = '\n';

	/** The text to be sent, which is ASCII but for the namespace. */
	String text() {
		int left = MAX_SIZE - this.namespace.getBytes(StandardCharsets.UTF_8).length - 1;
		// Four characters for three bytes.
		byte[] message = (this.write != null) ? WriteNotice.write(this.write, left / 4 * 3) : new byte[0];
		return this.namespace + SEPARATOR + Base64.getEncoder().encodeToString(message);
	}

	/**
	 * Reads a text.
	 * @param text the text, of whatever version or origin
	 * @return the notice, which tells no write if the text does not
	 */
	static PostgresNotice read(String text) {
		int separator = text.indexOf(SEPARATOR);
		if (separator < 0) {
			return new PostgresNotice(text, null);
		}
		return new PostgresNotice(text.substring(0, separator), readWrite(text.substring(separator + 1)));
	}

	private static @Nullable Write readWrite(String message) {
		try {
			return WriteNotice.read(Base64.getDecoder().decode(message));
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}
