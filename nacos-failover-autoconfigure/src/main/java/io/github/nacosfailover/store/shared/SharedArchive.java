package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nacosfailover.UnknownSnapshotException;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.store.Generation;
import io.github.nacosfailover.store.SavedBackup;
import io.github.nacosfailover.store.SnapshotArchive;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.SnapshotResult;
import io.github.nacosfailover.store.shared.Manifest.Summary;
import io.github.nacosfailover.store.shared.SharedDocuments.Document;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of a {@link SharedStore}. Any number of processes may write at once: what
 * another has written meanwhile is not written again.
 */
final class SharedArchive implements SnapshotArchive {

	private static final ObjectMapper MAPPER = new ObjectMapper();

	private static final long MEMORY_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

	private final SharedStore store;

	private final SharedSettings settings;

	private final Map<String, Manifest> manifests = new ConcurrentHashMap<>();

	private volatile List<Problem> problems = List.of();

	private long memoryRevision;

	private long memorySeen;

	SharedArchive(SharedStore store, SharedSettings settings) {
		this.store = store;
		this.settings = settings;
	}

	@Override
	public Map<ServiceKey, SavedBackup> saved() {
		return saved(this.store.index());
	}

	private static Map<ServiceKey, SavedBackup> saved(SharedIndex index) {
		Map<ServiceKey, SavedBackup> saved = new HashMap<>();
		for (Document document : index.all()) {
			ServiceKey key = Names.service(document.name());
			if (key != null && document.hash() != null) {
				BackupText text = BackupText.read(document.text());
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
		for (Backup backup : change.backups()) {
			byte[] content = BackupFormat.write(backup);
			contents.put(backup.key(), content);
			saved.put(backup.key(), new SavedBackup(BackupFormat.digest(content), backup.size(), backup.healthy()));
		}
		return commit(change.id(), change.by(), (after) -> {
			after.putAll(saved);
			after.keySet().removeAll(change.removed());
		}, contents);
	}

	@Override
	public SnapshotResult restore(String id, boolean exact, String newId, String by) throws IOException {
		Manifest manifest = manifest(find(this.store.index(), id));
		return commit(newId, by, (after) -> {
			if (exact) {
				after.clear();
			}
			after.putAll(manifest.services());
		}, Map.of());
	}

	private SnapshotResult commit(String id, String by, Consumer<Map<ServiceKey, SavedBackup>> edit,
			Map<ServiceKey, byte[]> contents) throws IOException {
		AtomicReference<@Nullable Generation> made = new AtomicReference<>();
		this.store.commit((index) -> {
			made.set(null);
			Map<ServiceKey, SavedBackup> before = saved(index);
			Map<ServiceKey, SavedBackup> after = new TreeMap<>(before);
			edit.accept(after);
			Manifest manifest = Manifest.between(before, after);
			if (manifest.isWithoutChange()) {
				return null;
			}
			Draft draft = new Draft();
			long size = putBackups(draft, manifest, contents);
			Summary summary = new Summary(nextSequence(index), uniqueId(index, id), Instant.now(), by, after.size(),
					manifest.instances(), size, false);
			putGeneration(draft, summary, manifest);
			retain(draft, index, summary, manifest);
			made.set(describe(summary, manifest));
			return draft;
		});
		return new SnapshotResult(made.get(), Map.of());
	}

	private static long putBackups(Draft draft, Manifest manifest, Map<ServiceKey, byte[]> contents) {
		long size = 0;
		Instant now = Instant.now();
		Set<ServiceKey> put = new HashSet<>(manifest.added());
		put.addAll(manifest.changed());
		for (ServiceKey key : put) {
			SavedBackup backup = manifest.services().get(key);
			if (backup != null) {
				String text = new BackupText(backup.instances(), backup.healthy(), now).write();
				byte[] content = contents.get(key);
				if (content != null) {
					draft.put(Names.backup(key), backup.digest(), text, content);
					size += content.length;
				}
				else {
					draft.put(Names.backup(key), backup.digest(), text);
				}
			}
		}
		manifest.removed().forEach((key) -> draft.delete(Names.backup(key)));
		return size;
	}

	private void putGeneration(Draft draft, Summary summary, Manifest manifest) {
		byte[] content = manifest.write();
		String hash = BackupFormat.digest(content);
		this.manifests.put(hash, manifest);
		draft.put(Names.generation(summary.id()), hash, summary.write(), content);
	}

	private static String uniqueId(SharedIndex index, String id) {
		String unique = id;
		for (int i = 2; index.find(Names.generation(unique)) != null; i++) {
			unique = id + "-" + i;
		}
		return unique;
	}

	private long nextSequence(SharedIndex index) {
		return summaries(index).values().stream().mapToLong(Summary::sequence).max().orElse(0) + 1;
	}

	/** Drops the oldest generations, and the contents that only they had. */
	private void retain(Draft draft, SharedIndex index, Summary newest, Manifest current) {
		Map<Document, Summary> dropped = new HashMap<>();
		Map<Document, Summary> retained = new HashMap<>();
		long size = newest.size();
		int count = 1;
		List<Map.Entry<Document, Summary>> newestFirst = new ArrayList<>(summaries(index).entrySet());
		newestFirst.sort(Comparator.comparingLong((entry) -> -entry.getValue().sequence()));
		for (Map.Entry<Document, Summary> entry : newestFirst) {
			Summary summary = entry.getValue();
			boolean room = count < this.settings.keep() && size + summary.size() <= this.settings.maxSize();
			if (summary.pinned() || room) {
				retained.put(entry.getKey(), summary);
				size += summary.size();
				count++;
			}
			else {
				dropped.put(entry.getKey(), summary);
			}
		}
		drop(draft, index, dropped.keySet(), retained.keySet(), current.hashes());
	}

	private void drop(Draft draft, SharedIndex index, Collection<Document> dropped, Collection<Document> retained,
			Collection<String> needed) {
		if (dropped.isEmpty()) {
			return;
		}
		Set<String> obsolete = new HashSet<>();
		try {
			for (Document document : dropped) {
				draft.delete(document.name());
				obsolete.addAll(manifest(document).hashes());
				obsolete.add(String.valueOf(document.hash()));
			}
			for (Document document : retained) {
				obsolete.removeAll(manifest(document).hashes());
				obsolete.remove(document.hash());
			}
		}
		catch (IOException ex) {
			// What cannot be told is not deleted.
			return;
		}
		obsolete.removeAll(needed);
		index.all().forEach((document) -> {
			if (!dropped.contains(document)) {
				obsolete.remove(document.hash());
			}
		});
		draft.obsolete(obsolete);
	}

	private Map<Document, Summary> summaries(SharedIndex index) {
		Map<Document, Summary> summaries = new HashMap<>();
		List<Problem> problems = new ArrayList<>();
		for (Document document : index.all()) {
			if (Names.isGeneration(document.name())) {
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
		return new Problem(this.store.location() + " " + document.name(), ex.getMessage() + "; delete the snapshot");
	}

	private Manifest manifest(Document document) throws IOException {
		String hash = String.valueOf(document.hash());
		Manifest known = this.manifests.get(hash);
		if (known == null) {
			known = Manifest.read(this.store.read(hash));
			this.manifests.put(hash, known);
		}
		return known;
	}

	private static Document find(SharedIndex index, String id) {
		Document found = index.find(Names.generation(id));
		if (found == null) {
			throw new UnknownSnapshotException(id);
		}
		return found;
	}

	@Override
	public List<Generation> generations() throws IOException {
		SharedIndex index = this.store.index();
		Map<Document, Summary> summaries = summaries(index);
		List<Problem> problems = new ArrayList<>(this.problems);
		Set<String> hashes = new HashSet<>();
		List<Map.Entry<Document, Summary>> newestFirst = new ArrayList<>(summaries.entrySet());
		newestFirst.sort(Comparator.comparingLong((entry) -> -entry.getValue().sequence()));
		List<Generation> generations = new ArrayList<>();
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

	private static Generation describe(Summary summary, Manifest manifest) {
		return new Generation(summary.id(), summary.at(), summary.by(), summary.services(), summary.instances(),
				summary.pinned(), manifest.added(), manifest.changed(), manifest.removed());
	}

	@Override
	public Generation pin(String id, boolean pinned) throws IOException {
		Manifest manifest = manifest(find(this.store.index(), id));
		AtomicReference<@Nullable Summary> changed = new AtomicReference<>();
		try {
			this.store.commit((index) -> {
				Document document = find(index, id);
				Summary summary = readSummary(document);
				Summary pinnedSummary = summary.withPinned(pinned);
				changed.set(pinnedSummary);
				if (summary.pinned() == pinned) {
					return null;
				}
				Draft draft = new Draft();
				draft.put(document.name(), String.valueOf(document.hash()), pinnedSummary.write());
				return draft;
			});
		}
		catch (UncheckedIOException ex) {
			throw ex.getCause();
		}
		return describe(Objects.requireNonNull(changed.get()), manifest);
	}

	private static Summary readSummary(Document document) {
		try {
			return Summary.read(document.text());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void delete(String id) throws IOException {
		this.store.commit((index) -> {
			Document document = find(index, id);
			Draft draft = new Draft();
			draft.delete(document.name());
			Set<Document> others = new HashSet<>(summaries(index).keySet());
			others.remove(document);
			drop(draft, index, Set.of(document), others, List.of());
			return draft;
		});
	}

	@Override
	public Map<ServiceKey, String> memory() {
		Document document = this.store.index().find(Names.MEMORY);
		if (document == null || document.hash() == null) {
			return Map.of();
		}
		Map<ServiceKey, String> memory = new HashMap<>();
		try {
			for (Map.Entry<String, JsonNode> entry : MAPPER.readTree(this.store.read(document.hash())).properties()) {
				memory.put(ServiceKey.parse(entry.getKey()), entry.getValue().asText());
			}
		}
		catch (IOException | IllegalArgumentException ex) {
			return Map.of();
		}
		return memory;
	}

	@Override
	public void writeMemory(Map<ServiceKey, String> memory) throws IOException {
		ObjectNode root = MAPPER.createObjectNode();
		new TreeMap<>(memory).forEach((key, text) -> root.put(key.toString(), text));
		byte[] content = root.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
		String hash = BackupFormat.digest(content);
		Set<ServiceKey> known = memory().keySet();
		this.store.commit((index) -> {
			Document before = index.find(Names.MEMORY);
			if (before != null && (hash.equals(before.hash()) || (known.equals(memory.keySet()) && isRecent(before)))) {
				return null;
			}
			Draft draft = new Draft();
			draft.put(Names.MEMORY, hash, "", content);
			if (before != null && before.hash() != null) {
				draft.obsolete(Set.of(before.hash()));
			}
			return draft;
		});
	}

	/**
	 * Whether anybody has written it a moment ago. Of many processes that remember the
	 * same service for a while, one has to write how long that is, not each.
	 */
	private synchronized boolean isRecent(Document memory) {
		long now = System.nanoTime();
		if (memory.revision() != this.memoryRevision) {
			this.memoryRevision = memory.revision();
			this.memorySeen = now;
		}
		return now - this.memorySeen < MEMORY_PAUSE_NANOS;
	}

	@Override
	public List<Problem> problems() {
		return this.problems;
	}

}
