package io.github.nacosfailover.store.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Map;

import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.ServiceDays;
import io.github.nacosfailover.store.UsageLog;
import io.github.nacosfailover.store.document.DocumentAccess;
import io.github.nacosfailover.store.document.DocumentIndex;
import io.github.nacosfailover.store.document.DocumentNames;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.WriteBatch;
import org.jspecify.annotations.Nullable;

/**
 * The services in use of all processes, in one document. It changes once a day, and when
 * a service is used that was not before.
 */
public final class DocumentUsageLog implements UsageLog {

	private final DocumentAccess documents;

	private volatile Known known = new Known("", Map.of());

	public DocumentUsageLog(DocumentAccess documents) {
		this.documents = documents;
	}

	@Override
	public Map<ServiceKey, LocalDate> read() throws IOException {
		return read(this.documents.index());
	}

	private Map<ServiceKey, LocalDate> read(DocumentIndex index) throws IOException {
		Document document = index.find(DocumentNames.IN_USE);
		String hash = (document != null) ? document.hash() : null;
		if (document == null || hash == null) {
			return Map.of();
		}
		Known known = this.known;
		if (!known.hash().equals(hash)) {
			byte[] content = document.text().isEmpty() ? this.documents.read(hash)
					: document.text().getBytes(StandardCharsets.UTF_8);
			known = new Known(hash, Map.copyOf(ServiceDays.read(content)));
			this.known = known;
		}
		return known.days();
	}

	@Override
	public void add(Collection<ServiceKey> services, LocalDate today) throws IOException {
		if (batch(this.documents.index(), services, today) != null) {
			this.documents.commit((index) -> batch(index, services, today));
		}
	}

	private @Nullable WriteBatch batch(DocumentIndex index, Collection<ServiceKey> services, LocalDate today) {
		Map<ServiceKey, LocalDate> before = readOrNone(index);
		Map<ServiceKey, LocalDate> after = ServiceDays.add(before, services, today);
		if (after == before) {
			return null;
		}
		byte[] content = ServiceDays.write(after);
		WriteBatch batch = new WriteBatch();
		batch.putText(DocumentNames.IN_USE, BackupFormat.digest(content), content);
		batch.obsolete(index, DocumentNames.IN_USE);
		return batch;
	}

	/** A damaged document is replaced. */
	private Map<ServiceKey, LocalDate> readOrNone(DocumentIndex index) {
		try {
			return read(index);
		}
		catch (IOException ex) {
			return Map.of();
		}
	}

	/**
	 * What was last read.
	 *
	 * @param hash hash of its content
	 * @param days the services and their days
	 */
	private record Known(String hash, Map<ServiceKey, LocalDate> days) {

	}

}
