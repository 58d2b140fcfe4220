package io.github.nacosfailover.store.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.exception.UnknownSnapshotException;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.store.SavedBackup;
import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.SnapshotArchive;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.SnapshotResult;
import io.github.nacosfailover.store.archive.SnapshotManifest.Summary;
import io.github.nacosfailover.store.document.DocumentAccess;
import io.github.nacosfailover.store.document.DocumentIndex;
import io.github.nacosfailover.store.document.DocumentNames;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.WriteBatch;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of a {@link SharedStore}. Any number of processes may write at once: what
 * another has written meanwhile is not written again.
 */
public final class DocumentArchive implements SnapshotArchive {

	private static final ObjectMapper MAPPER = new ObjectMapper();

	private final DocumentAccess documents;

	private final ArchiveLimits limits;

	private final Map<String, SnapshotManifest> manifests = new ConcurrentHashMap<>();

	private volatile List<Problem> problems = List.of();

	private volatile @Nullable Memory memory;

	public DocumentArchive(DocumentAccess documents, ArchiveLimits limits) {
		this.documents = documents;
		this.limits = limits;
	}

	@Override
	public Map<ServiceKey, SavedBackup> saved() throws IOException {
		return saved(this.documents.index());
	}

	private static Map<ServiceKey, SavedBackup> saved(DocumentIndex index) {
		Map<ServiceKey, SavedBackup> saved = new HashMap<>();
		for (Document document : index.all()) {
			ServiceKey key = DocumentNames.service(document.name());
			if (key != null && document.hash() != null) {
				BackupSummary text = BackupSummary.read(document.text());
				saved.put(key, new SavedBackup(document.hash(), text.instances(), text.healthy()));
			}
		}
		return saved;
	}

	/** What hands edit are local files, which are a source of their own. */
	@Override
	public Set<ServiceKey> manual() {
		return Set.of();
	}

	@Override
	public SnapshotResult write(SnapshotChange change) throws IOException {
		Map<ServiceKey, SavedBackup> saved = new HashMap<>();
		Map<ServiceKey, byte[]> contents = new HashMap<>();
		Map<ServiceKey, String> kept = new TreeMap<>();
		for (Backup backup : change.backups()) {
			byte[] content = BackupFormat.write(backup);
			if (content.length > this.limits.maxBackupSize()) {
				// Nobody would read it.
				kept.put(backup.key(), "it takes %d bytes, more than nacos.failover.disk.max-file-size (%d); raise that"
					.formatted(content.length, this.limits.maxBackupSize()));
				continue;
			}
			contents.put(backup.key(), content);
			saved.put(backup.key(), new SavedBackup(BackupFormat.digest(content), backup.size(), backup.healthy()));
		}
		Edit edit = new Edit((after) -> {
			after.putAll(saved);
			after.keySet().removeAll(change.removed());
		}, Map.of());
		return new SnapshotResult(commit(change.id(), change.by(), (index) -> edit, contents), kept);
	}

	@Override
	public SnapshotResult restore(String id, boolean exact, String newId, String by) throws IOException {
		// Read before, so that the store need not be asked for it while it is locked.
		manifest(find(this.documents.index(), id));
		Snapshot made = commit(newId, by, (index) -> {
			// Another process may have deleted it meanwhile, with what only it had.
			SnapshotManifest manifest = manifest(find(index, id));
			return new Edit((after) -> {
				if (exact) {
					after.clear();
				}
				after.putAll(manifest.services());
			}, manifest.sizes());
		}, Map.of());
		return new SnapshotResult(made, Map.of());
	}

	private @Nullable Snapshot commit(String id, String by, EditOfIndex edits, Map<ServiceKey, byte[]> contents)
			throws IOException {
		AtomicReference<@Nullable Snapshot> made = new AtomicReference<>();
		this.documents.commit((index) -> {
			made.set(null);
			Edit edit = edits.of(index);
			Map<ServiceKey, SavedBackup> before = saved(index);
			Map<ServiceKey, SavedBackup> after = new TreeMap<>(before);
			edit.change().accept(after);
			Map<String, Long> sizes = sizes(index);
			sizes.putAll(edit.sizes());
			SnapshotManifest manifest = SnapshotManifest.between(before, after, sizes);
			if (manifest.isWithoutChange()) {
				return null;
			}
			WriteBatch draft = new WriteBatch();
			putBackups(draft, manifest, contents);
			byte[] list = manifest.write();
			String hash = BackupFormat.digest(list);
			this.manifests.put(hash, manifest);
			Summary summary = new Summary(nextSequence(index), uniqueId(index, id), Instant.now(), by, after.size(),
					manifest.instances(), draft.bring(hash, list), false);
			draft.putInline(DocumentNames.generation(summary.id()), hash, summary.write());
			RetainedSnapshots generations = new RetainedSnapshots(this::manifest, manifest, summary.size());
			generations.choose(summaries(index), this.limits.snapshots(), this.limits.maxSize());
			drop(draft, index, generations.dropped());
			made.set(describe(summary, manifest));
			return draft;
		});
		return made.get();
	}

	private static Map<String, Long> sizes(DocumentIndex index) {
		Map<String, Long> sizes = new HashMap<>();
		for (Document document : index.all()) {
			if (DocumentNames.isBackup(document.name()) && document.hash() != null) {
				sizes.put(document.hash(), BackupSummary.read(document.text()).size());
			}
		}
		return sizes;
	}

	private static void putBackups(WriteBatch draft, SnapshotManifest manifest, Map<ServiceKey, byte[]> contents) {
		Instant now = Instant.now();
		Set<ServiceKey> put = new HashSet<>(manifest.added());
		put.addAll(manifest.changed());
		for (ServiceKey key : put) {
			SavedBackup backup = manifest.services().get(key);
			if (backup != null) {
				byte[] content = contents.get(key);
				if (content != null) {
					manifest.sizes().put(backup.digest(), draft.bring(backup.digest(), content));
				}
				String text = new BackupSummary(backup.instances(), backup.healthy(), now, manifest.size(backup.digest()))
					.write();
				if (content != null) {
					draft.putInline(DocumentNames.backup(key), backup.digest(), text);
				}
				else {
					draft.refer(DocumentNames.backup(key), backup.digest(), text);
				}
			}
		}
		manifest.removed().forEach((key) -> draft.delete(DocumentNames.backup(key)));
	}

	/** Drops generations, and the contents that only they had. */
	private void drop(WriteBatch draft, DocumentIndex index, Collection<Document> dropped) {
		if (!dropped.isEmpty()) {
			dropped.forEach((document) -> draft.delete(document.name()));
			draft.obsolete(RetainedSnapshots.obsolete(this::manifest, index, dropped));
		}
	}

	private static String uniqueId(DocumentIndex index, String id) {
		String unique = id;
		for (int i = 2; index.find(DocumentNames.generation(unique)) != null; i++) {
			unique = id + "-" + i;
		}
		return unique;
	}

	private long nextSequence(DocumentIndex index) {
		return summaries(index).values().stream().mapToLong(Summary::sequence).max().orElse(0) + 1;
	}

	private Map<Document, Summary> summaries(DocumentIndex index) {
		Map<Document, Summary> summaries = new HashMap<>();
		List<Problem> problems = new ArrayList<>();
		for (Document document : index.all()) {
			if (DocumentNames.isGeneration(document.name())) {
				try {
					summaries.put(document, Summary.read(document.text()));
				}
				catch (IOException ex) {
					problems.add(damaged(document, ex));
				}
			}
		}
		this.problems = problems;
		return summaries;
	}

	private Problem damaged(Document document, IOException ex) {
		return new Problem(this.documents.location() + " " + document.name(), ex.getMessage() + "; delete the snapshot");
	}

	private SnapshotManifest manifest(Document document) throws IOException {
		String hash = String.valueOf(document.hash());
		SnapshotManifest known = this.manifests.get(hash);
		if (known == null) {
			known = SnapshotManifest.read(this.documents.read(hash));
			this.manifests.put(hash, known);
		}
		return known;
	}

	private static Document find(DocumentIndex index, String id) {
		Document found = index.find(DocumentNames.generation(id));
		if (found == null) {
			throw new UnknownSnapshotException(id);
		}
		return found;
	}

	@Override
	public List<Snapshot> generations() throws IOException {
		DocumentIndex index = this.documents.index();
		Map<Document, Summary> summaries = summaries(index);
		List<Problem> problems = new ArrayList<>(this.problems);
		Set<String> hashes = new HashSet<>();
		List<Map.Entry<Document, Summary>> newestFirst = new ArrayList<>(summaries.entrySet());
		newestFirst.sort(Comparator.comparingLong((entry) -> -entry.getValue().sequence()));
		List<Snapshot> generations = new ArrayList<>();
		for (Map.Entry<Document, Summary> entry : newestFirst) {
			try {
				generations.add(describe(entry.getValue(), manifest(entry.getKey())));
				hashes.add(String.valueOf(entry.getKey().hash()));
			}
			catch (IOException ex) {
				problems.add(damaged(entry.getKey(), ex));
			}
		}
		this.manifests.keySet().retainAll(hashes);
		this.problems = problems;
		return generations;
	}

	private static Snapshot describe(Summary summary, SnapshotManifest manifest) {
		return new Snapshot(summary.id(), summary.at(), summary.by(), summary.services(), summary.instances(),
				summary.pinned(), manifest.added(), manifest.changed(), manifest.removed());
	}

	@Override
	public Snapshot pin(String id, boolean pinned) throws IOException {
		SnapshotManifest manifest = manifest(find(this.documents.index(), id));
		AtomicReference<@Nullable Summary> changed = new AtomicReference<>();
		this.documents.commit((index) -> {
			Document document = find(index, id);
			Summary summary = Summary.read(document.text());
			Summary pinnedSummary = summary.withPinned(pinned);
			changed.set(pinnedSummary);
			if (summary.pinned() == pinned) {
				return null;
			}
			WriteBatch draft = new WriteBatch();
			draft.refer(document.name(), String.valueOf(document.hash()), pinnedSummary.write());
			return draft;
		});
		return describe(Objects.requireNonNull(changed.get()), manifest);
	}

	@Override
	public void delete(String id) throws IOException {
		this.documents.commit((index) -> {
			Document document = find(index, id);
			WriteBatch draft = new WriteBatch();
			drop(draft, index, List.of(document));
			return draft;
		});
	}

	@Override
	public boolean isShared() {
		return true;
	}

	@Override
	public Object memoryVersion() {
		try {
			return hashOfMemory(this.documents.index());
		}
		catch (IOException ex) {
			return "unreadable";
		}
	}

	private static String hashOfMemory(DocumentIndex index) {
		Document document = index.find(DocumentNames.MEMORY);
		return (document != null) ? String.valueOf(document.hash()) : "";
	}

	@Override
	public Map<ServiceKey, String> memory() {
		try {
			return memoryOrNone(this.documents.index());
		}
		catch (IOException ex) {
			return Map.of();
		}
	}

	private Map<ServiceKey, String> memory(DocumentIndex index) throws IOException {
		Document document = index.find(DocumentNames.MEMORY);
		String hash = (document != null) ? document.hash() : null;
		if (document == null || hash == null) {
			return Map.of();
		}
		Memory known = this.memory;
		if (known == null || !known.hash().equals(hash)) {
			byte[] content = document.text().isEmpty() ? this.documents.read(hash)
					: document.text().getBytes(StandardCharsets.UTF_8);
			known = new Memory(hash, parseMemory(content));
			this.memory = known;
		}
		return known.texts();
	}

	private static Map<ServiceKey, String> parseMemory(byte[] content) throws IOException {
		Map<ServiceKey, String> memory = new HashMap<>();
		for (Map.Entry<String, JsonNode> entry : MAPPER.readTree(content).properties()) {
			memory.put(ServiceKey.parse(entry.getKey()), entry.getValue().asText());
		}
		return Map.copyOf(memory);
	}

	@Override
	public void writeMemory(Map<ServiceKey, String> memory) throws IOException {
		changeMemory((known) -> memory);
	}

	@Override
	public void changeMemory(UnaryOperator<Map<ServiceKey, String>> change) throws IOException {
		this.documents.commit((index) -> {
			Map<ServiceKey, String> before = memoryOrNone(index);
			Map<ServiceKey, String> after = change.apply(before);
			return after.equals(before) ? null : draftOfMemory(index, after);
		});
	}

	private Map<ServiceKey, String> memoryOrNone(DocumentIndex index) {
		try {
			return memory(index);
		}
		catch (IOException | IllegalArgumentException ex) {
			return Map.of();
		}
	}

	private static WriteBatch draftOfMemory(DocumentIndex index, Map<ServiceKey, String> memory) {
		ObjectNode root = MAPPER.createObjectNode();
		new TreeMap<>(memory).forEach((key, text) -> root.put(key.toString(), text));
		byte[] content = root.toString().getBytes(StandardCharsets.UTF_8);
		WriteBatch draft = new WriteBatch();
		draft.putText(DocumentNames.MEMORY, BackupFormat.digest(content), content);
		draft.obsolete(index, DocumentNames.MEMORY);
		return draft;
	}

	@Override
	public List<Problem> problems() {
		return this.problems;
	}

	/** Tells what is to become of the backups there are. */
	@FunctionalInterface
	private interface EditOfIndex {

		Edit of(DocumentIndex index) throws IOException;

	}

	/**
	 * What is to become of backups.
	 *
	 * @param change changes them
	 * @param sizes sizes of contents that they do not have yet, by hash
	 */
	private record Edit(Consumer<Map<ServiceKey, SavedBackup>> change, Map<String, Long> sizes) {

	}

	/**
	 * What guards remember, as it was last read.
	 *
	 * @param hash hash of its content
	 * @param texts texts by service
	 */
	private record Memory(String hash, Map<ServiceKey, String> texts) {

	}

}
