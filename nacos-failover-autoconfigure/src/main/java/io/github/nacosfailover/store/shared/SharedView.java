package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupTable;
import io.github.nacosfailover.source.SourceState;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.archive.BackupSummary;
import io.github.nacosfailover.store.document.Contents;
import io.github.nacosfailover.store.document.DocumentIndex;
import io.github.nacosfailover.store.document.DocumentNames;
import io.github.nacosfailover.store.document.Documents.Changes;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.Documents.Version;
import io.github.nacosfailover.store.document.Documents.Write;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shared store as one process knows it: the documents, and the switch and backups that
 * they mean. Changed under the lock of its {@link SharedStore}; what it says of itself
 * can be read by any thread.
 */
final class SharedView {

	private static final Logger logger = LoggerFactory.getLogger(SharedView.class);

	private final SharedContents contents;

	private final String instance;

	private final Set<ServiceKey> inUse = ConcurrentHashMap.newKeySet();

	private volatile SourceState state = new SourceState(SwitchState.OFF, BackupTable.EMPTY);

	private volatile Map<ServiceKey, SharedBackup> backups = Map.of();

	private volatile DocumentIndex index;

	/** Whether the index has only what was kept in the local copy. */
	private boolean partial;

	/** Whether contents could not be fetched, so that the index is ahead of the state. */
	private boolean behind;

	/**
	 * Creates the view of what was kept when this process last ran.
	 * @param contents the contents of documents
	 * @param instance name of this process
	 */
	SharedView(SharedContents contents, String instance) {
		this.contents = contents;
		this.instance = instance;
		this.index = contents.readKept();
		this.partial = this.index.version() != null;
		if (this.partial) {
			showKept();
		}
	}

	private void showKept() {
		this.index.all().forEach((document) -> {
			ServiceKey key = DocumentNames.service(document.name());
			if (key != null) {
				this.inUse.add(key);
			}
		});
		show(this.index, Map.of());
	}

	SourceState state() {
		return this.state;
	}

	DocumentIndex index() {
		return this.index;
	}

	Iterable<SharedBackup> backups() {
		return this.backups.values();
	}

	/**
	 * Notes that a service is in use.
	 * @return whether that is new
	 */
	boolean use(ServiceKey key) {
		return this.inUse.add(key);
	}

	/**
	 * The version since which changes are wanted.
	 * @return {@code null} if everything is
	 */
	@Nullable Version version() {
		return this.partial ? null : this.index.version();
	}

	/**
	 * Follows changes since {@link #version()}.
	 * @return whether the state has changed
	 */
	boolean follow(Changes changes) {
		boolean news = this.partial || this.behind || !Objects.equals(changes.version(), this.index.version());
		this.partial = false;
		return news && take(changes, Map.of());
	}

	/**
	 * Follows a write that was announced, if all that was before it is known.
	 * @return {@code false} if it is not
	 */
	boolean follow(Write write) {
		Version known = this.index.version();
		if (write.result().equals(known)) {
			return true;
		}
		if (this.partial || this.behind || known == null || !known.equals(write.basis())
				|| !known.epoch().equals(write.result().epoch())) {
			return false;
		}
		take(new Changes(write.result(), false, write.documents()), Map.of());
		return true;
	}

	/**
	 * Makes changes count.
	 * @param changes the changes
	 * @param contents what is known of their contents, by hash
	 * @return whether the state has changed
	 */
	boolean take(Changes changes, Map<String, byte[]> contents) {
		DocumentIndex next = this.index.with(changes);
		if (this.behind || changes.complete()
				|| changes.documents().stream().anyMatch((document) -> DocumentNames.isBackup(document.name()))) {
			return replace(next, contents);
		}
		this.index = next;
		return publish(switchOf(next), this.backups);
	}

	/**
	 * Makes other documents count.
	 * @param next all documents
	 * @param contents what is known of their contents, by hash
	 * @return whether the state has changed
	 */
	boolean replace(DocumentIndex next, Map<String, byte[]> contents) {
		this.index = next;
		this.partial = false;
		this.behind = false;
		return show(next, contents);
	}

	private boolean show(DocumentIndex index, Map<String, byte[]> contents) {
		Map<ServiceKey, SharedBackup> before = this.backups;
		Map<ServiceKey, SharedBackup> after = new LinkedHashMap<>();
		Map<String, SharedBackup> missing = new HashMap<>();
		for (Document document : index.all()) {
			ServiceKey key = DocumentNames.service(document.name());
			if (key != null && document.hash() != null) {
				SharedBackup known = before.get(key);
				if (known != null && known.hash().equals(document.hash())) {
					after.put(key, known);
					continue;
				}
				SharedBackup found = new SharedBackup(key, document.hash(), BackupSummary.read(document.text()),
						this.contents);
				after.put(key, found);
				if (this.inUse.contains(key)) {
					missing.put(document.hash(), found);
				}
			}
		}
		load(missing, contents);
		missing.values().forEach((backup) -> {
			SharedBackup known = before.get(backup.key());
			if (!backup.isLoaded() && known != null && known.isLoaded()) {
				// The last good one serves until the new one can be read.
				after.put(backup.key(), known);
				this.behind = true;
			}
		});
		return publish(switchOf(index), before.equals(after) ? before : after);
	}

	private void load(Map<String, SharedBackup> missing, Map<String, byte[]> contents) {
		Map<String, SharedBackup> far = new HashMap<>();
		missing.forEach((hash, backup) -> {
			byte[] given = contents.get(hash);
			byte[] content = (given != null) ? given : this.contents.near(hash);
			if (content == null) {
				far.put(hash, backup);
				return;
			}
			if (content == given) {
				this.contents.toKeep(hash, content);
			}
			backup.load(content);
		});
		if (far.isEmpty()) {
			return;
		}
		try {
			this.contents.fetch(far.keySet()).forEach((hash, content) -> {
				SharedBackup backup = far.get(hash);
				if (backup != null) {
					this.contents.toKeep(hash, content);
					backup.load(content);
				}
			});
		}
		catch (IOException ex) {
			logger.debug("Contents cannot be read", ex);
		}
	}

	/**
	 * Loads backups that are in use, or were wanted when they could not be read. Needs no
	 * lock.
	 */
	void loadUsed() {
		Map<String, SharedBackup> missing = new HashMap<>();
		for (SharedBackup backup : this.backups.values()) {
			if (!backup.isLoaded() && (backup.problem() != null || this.inUse.contains(backup.key()))) {
				missing.put(backup.hash(), backup);
			}
		}
		if (!missing.isEmpty()) {
			load(missing, Map.of());
		}
	}

	/**
	 * The switch and the backups in use, which are to be at hand for the next start.
	 * @return {@code null} if that cannot be determined now
	 */
	@Nullable DocumentIndex wanted() {
		DocumentIndex index = this.index;
		Version version = index.version();
		if (version == null || this.partial || this.behind) {
			return null;
		}
		List<Document> wanted = new ArrayList<>();
		add(wanted, index.find(DocumentNames.SWITCH));
		for (ServiceKey key : this.inUse) {
			SharedBackup backup = this.backups.get(key);
			if (backup != null && backup.isLoaded()) {
				add(wanted, index.find(DocumentNames.backup(key)));
			}
		}
		return DocumentIndex.of(version, wanted);
	}

	private static void add(List<Document> documents, @Nullable Document document) {
		if (document != null) {
			documents.add(document);
		}
	}

	/**
	 * The content of a document, if that can be had without the engine.
	 */
	byte @Nullable [] contentAtHand(Document document) {
		byte[] content = this.contents.near(String.valueOf(document.hash()));
		return (content != null) ? content : loadedContent(document);
	}

	/**
	 * A content, if that can be had without the engine.
	 * @param hash its hash
	 * @return the content, or {@code null}
	 */
	byte @Nullable [] contentAtHand(String hash) {
		for (Document document : this.index.all()) {
			if (hash.equals(document.hash())) {
				return contentAtHand(document);
			}
		}
		return this.contents.near(hash);
	}

	/**
	 * The content of a document from memory. Needs no lock.
	 * @return {@code null} if it is not known, or other bytes mean the same
	 */
	byte @Nullable [] loadedContent(Document document) {
		ServiceKey key = DocumentNames.service(document.name());
		SharedBackup known = (key != null) ? this.backups.get(key) : null;
		if (known == null || !known.isLoaded() || !known.hash().equals(document.hash())) {
			return null;
		}
		Backup backup = known.get();
		byte[] content = (backup != null) ? BackupFormat.write(backup) : null;
		return (content != null && BackupFormat.digest(content).equals(document.hash())) ? content : null;
	}

	/**
	 * The switch of these documents.
	 * @return the last known one if it cannot be read
	 */
	SwitchState switchOf(DocumentIndex index) {
		Document document = index.find(DocumentNames.SWITCH);
		if (document == null) {
			return SwitchState.OFF;
		}
		SwitchState read = readSwitch(document);
		return (read != null) ? read : Objects.requireNonNull(this.state.failoverSwitch());
	}

	/**
	 * Reads a switch.
	 * @return {@code null} if it cannot be read, so it is tried again
	 */
	@Nullable SwitchState readSwitch(Document document) {
		String hash = document.hash();
		try {
			if (!document.text().isEmpty() || hash == null) {
				return SwitchDocument.read(document.text().getBytes(StandardCharsets.UTF_8), this.instance);
			}
			byte[] content = this.contents.read(hash);
			this.contents.toKeep(hash, content);
			return SwitchDocument.read(content, this.instance);
		}
		catch (IOException ex) {
			this.behind = true;
			return null;
		}
	}

	private boolean publish(SwitchState failoverSwitch, Map<ServiceKey, SharedBackup> backups) {
		SourceState before = this.state;
		if (backups == this.backups && failoverSwitch.equals(before.failoverSwitch())) {
			return false;
		}
		BackupTable table = (backups == this.backups) ? before.backups() : BackupTable.of(backups);
		this.backups = backups;
		this.state = new SourceState(failoverSwitch, table);
		return true;
	}

}
