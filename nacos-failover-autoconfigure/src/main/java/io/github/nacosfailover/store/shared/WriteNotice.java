package io.github.nacosfailover.store.shared;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.Documents.Version;
import io.github.nacosfailover.store.document.Documents.Write;
import org.jspecify.annotations.Nullable;

/**
 * A small write as a message, so that those who receive it need not ask for it.
 */
public final class WriteNotice {

	private static final byte FORMAT = 1;

	private static final int MAX_DOCUMENTS = 20;

	private static final byte[] NOTHING = {};

	private WriteNotice() {
	}

	/**
	 * Describes a write.
	 * @param write the write
	 * @param maxSize size in bytes that the message may have: an engine sends it to every
	 * listener
	 * @return the message, empty if it would be larger or has too many documents
	 */
	public static byte[] write(Write write, int maxSize) {
		Version basis = write.basis();
		if (basis == null || write.documents().size() > MAX_DOCUMENTS) {
			return NOTHING;
		}
		ByteArrayOutputStream message = new ByteArrayOutputStream();
		try (DataOutputStream data = new DataOutputStream(message)) {
			data.writeByte(FORMAT);
			write(basis, data);
			write(write.result(), data);
			data.writeByte(write.documents().size());
			for (Document document : write.documents()) {
				data.writeUTF(document.name());
				data.writeLong(document.revision());
				data.writeUTF((document.hash() != null) ? document.hash() : "");
				data.writeUTF(document.text());
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return (message.size() <= maxSize) ? message.toByteArray() : NOTHING;
	}

	private static void write(Version version, DataOutputStream data) throws IOException {
		data.writeUTF(version.epoch());
		data.writeLong(version.revision());
	}

	/**
	 * Reads a message.
	 * @param message the message, of whatever version or origin
	 * @return the write, without contents, or {@code null} if the message does not tell
	 */
	public static @Nullable Write read(byte[] message) {
		try (DataInputStream data = new DataInputStream(new ByteArrayInputStream(message))) {
			if (data.readByte() != FORMAT) {
				return null;
			}
			Version basis = readVersion(data);
			Version result = readVersion(data);
			int count = data.readByte();
			List<Document> documents = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				String name = data.readUTF();
				long revision = data.readLong();
				String hash = data.readUTF();
				documents.add(new Document(name, revision, hash.isEmpty() ? null : hash, data.readUTF()));
			}
			return new Write(basis, result, documents, Map.of(), List.of());
		}
		catch (IOException ex) {
			return null;
		}
	}

	private static Version readVersion(DataInputStream data) throws IOException {
		return new Version(data.readUTF(), data.readLong());
	}

}
