package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.InvalidBackupException;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.SavedBackup;
import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.SnapshotResult;
import org.jspecify.annotations.Nullable;

/**
 * One write of data files and the generation that it makes. Used once, by whoever has the
 * {@link DirectoryLock}.
 * <p>
 * First everything that is to be written is put where nobody looks, and forced to the
 * disk: the new files, and what is new among them as a pack. Then the manifest is written
 * as the pending one, which is the promise to finish; the files are moved; and the
 * manifest gets its number. Whoever finds a pending manifest finishes what it says.
 */
final class ArchiveWrite {

	private static final String BY_HAND = "its data file %s was not written by a snapshot and is left alone; "
			+ "delete the file, or take a snapshot with force";

	private static final String BY_LINK = "its data file %s is a symbolic link, and nothing is written through links; "
			+ "delete the link, or change what it leads to";

	private final DiskStore store;

	private final Generations generations;

	private final Path work;

	private final String by;

	private final PackReader packs;

	private final Map<ServiceKey, String> kept = new ConcurrentHashMap<>();

	private final Map<ServiceKey, PlannedFile> files = new ConcurrentHashMap<>();

	/** Backups of others that are the same as ours would be. */
	private final Map<ServiceKey, SavedBackup> adopted = new ConcurrentHashMap<>();

	/** Backups of others that are written again as they were. */
	private final Set<ServiceKey> byOthers = ConcurrentHashMap.newKeySet();

	/** What files were that nobody can understand. */
	private final Map<ServiceKey, byte[]> misunderstood = new ConcurrentHashMap<>();

	private Manifest base;

	private Map<ServiceKey, FoundBackup> found = Map.of();

	/**
	 * Begins a write.
	 * @param store the store
	 * @param generations its generations
	 * @param packs reads their contents
	 * @param work a directory for temporary files
	 * @param by who asks
	 * @throws IOException if the newest generation cannot be read
	 */
	ArchiveWrite(DiskStore store, Generations generations, PackReader packs, Path work, String by) throws IOException {
		this.store = store;
		this.generations = generations;
		this.packs = packs;
		this.work = work;
		this.by = by;
		this.store.refreshFully();
		this.base = generations.newest();
	}

	/**
	 * Writes what has changed.
	 * @param change what to write
	 * @return what came of it
	 * @throws IOException if it cannot be written; nothing has changed
	 */
	SnapshotResult write(SnapshotChange change) throws IOException {
		Map<ServiceKey, Backup> backups = new LinkedHashMap<>();
		change.backups().forEach((backup) -> backups.put(backup.key(), backup));
		Set<ServiceKey> removed = new LinkedHashSet<>(change.removed());
		removed.removeAll(backups.keySet());
		lookAt(backups.keySet(), removed);
		NewFiles.forEach(backups.values(), this.work, (backup, files) -> plan(backup, change.replaceManual(), files));
		for (ServiceKey key : removed) {
			planRemoval(key, change.replaceManual());
		}
		return commit(change.id(), backups.keySet(), Map.of());
	}

	/**
	 * Brings back a generation.
	 * @param wanted its manifest
	 * @param exact whether services that it does not have are removed
	 * @param id id of the generation that this makes
	 * @return what came of it
	 * @throws IOException if it cannot be read or written; nothing has changed
	 */
	SnapshotResult restore(Manifest wanted, boolean exact, String id) throws IOException {
		Set<ServiceKey> removed = new LinkedHashSet<>();
		if (exact) {
			removed.addAll(this.store.found().keySet());
			removed.removeAll(wanted.backups().keySet());
		}
		lookAt(wanted.backups().keySet(), removed);
		NewFiles.forEach(wanted.backups().entrySet(), this.work,
				(entry, files) -> planRestore(entry.getKey(), entry.getValue(), files));
		for (ServiceKey key : removed) {
			planRemoval(key, true);
		}
		return commit(id, wanted.backups().keySet(), wanted.backups());
	}

	/**
	 * Writes files again that were lost, unless they are there.
	 * @param lost the files
	 * @param id id of the generation that this makes
	 * @return what came of it
	 * @throws IOException if they cannot be written; nothing has changed
	 */
	SnapshotResult writeBack(Collection<LostFile> lost, String id) throws IOException {
		Map<ServiceKey, LostFile> missing = new LinkedHashMap<>();
		List<LostFile> deleted = lost.stream().filter((file) -> file.wasDeletedSince(this.base)).toList();
		this.store.letGo(deleted);
		lost.stream()
			.filter((file) -> !deleted.contains(file))
			.forEach((file) -> missing.put(file.backup().key(), file));
		lookAt(missing.keySet(), Set.of());
		NewFiles.forEach(missing.values(), this.work, this::planLost);
		return commit(id, missing.keySet(), Map.of());
	}

	private void planLost(LostFile lost, NewFiles files) throws IOException {
		ServiceKey key = lost.backup().key();
		FoundBackup file = found(key);
		byte[] content = lost.backup().content();
		if (!file.isMissing() || content == null) {
			return;
		}
		if (!lost.ours()) {
			this.byOthers.add(key);
		}
		SavedBackup saved = new SavedBackup(BackupFormat.digest(content), lost.backup().instances(),
				lost.backup().healthy());
		planContent(key, file, content, saved, files);
	}

	private void lookAt(Set<ServiceKey> written, Set<ServiceKey> removed) {
		Set<ServiceKey> keys = new LinkedHashSet<>(written);
		keys.addAll(removed);
		Path probe = this.store.directory().resolve(FailoverFileNames.OWN_DIRECTORY.toUpperCase(Locale.ROOT));
		boolean caseInsensitive = Files.exists(probe);
		this.found = this.store.find(keys,
				new DataFileNames(caseInsensitive, caseInsensitive ? this.store.fileNames() : Set.of()));
	}

	private FoundBackup found(ServiceKey key) {
		return Objects.requireNonNull(this.found.get(key));
	}

	private void plan(Backup backup, boolean replaceManual, NewFiles files) throws IOException {
		ServiceKey key = backup.key();
		byte[] content = BackupFormat.write(backup);
		String fault = findFault(backup, content);
		if (fault != null) {
			this.kept.put(key, fault);
			return;
		}
		SavedBackup saved = SavedBackup.of(backup, content);
		FoundBackup file = found(key);
		String digest = file.digest();
		boolean ours = digest != null && isOurs(key, digest);
		if (saved.digest().equals(digest)) {
			if (!ours && replaceManual) {
				this.adopted.put(key, saved);
			}
			return;
		}
		if (file.isMissing() || ours || replaceManual) {
			planContent(key, file, content, saved, files);
			return;
		}
		this.kept.put(key, (digest != null) ? BY_HAND.formatted(file.file())
				: BY_HAND.formatted(file.file()) + " (the file: %s)".formatted(file.fault()));
	}

	private @Nullable String findFault(Backup backup, byte[] content) {
		if (content.length > this.store.maxFileSize()) {
			return "it takes %d bytes, more than nacos.failover.disk.max-file-size (%d); raise that"
				.formatted(content.length, this.store.maxFileSize());
		}
		try {
			BackupFormat.check(backup);
			return null;
		}
		catch (InvalidBackupException ex) {
			return "it could not be read again: " + ex.getMessage();
		}
	}

	private boolean isOurs(ServiceKey key, String digest) {
		ArchivedBackup backup = this.base.find(key, digest);
		return backup != null && !backup.manual();
	}

	private void planRestore(ServiceKey key, ArchivedBackup wanted, NewFiles files) throws IOException {
		FoundBackup file = found(key);
		if (!wanted.has(String.valueOf(file.digest()))) {
			planContent(key, file, this.packs.read(wanted), wanted.saved(), files);
		}
	}

	private void planContent(ServiceKey key, FoundBackup file, byte[] content, SavedBackup saved, NewFiles files)
			throws IOException {
		String name = file.file();
		if (name == null) {
			this.kept.put(key, "no file can have its name");
			return;
		}
		if (isLink(key, file)) {
			return;
		}
		String before = digestBefore(key, file);
		if (before == null && !file.isMissing()) {
			return;
		}
		this.files.put(key,
				new PlannedFile(new FileStep(name, key, before, saved.digest()), this.store.directory().resolve(name),
						file.signature(), new WrittenContent(saved, files.compress(content)), files.write(content)));
	}

	/** What a link leads to may be anything, and its writer is somebody else. */
	private boolean isLink(ServiceKey key, FoundBackup file) {
		boolean link = file.signature() != null && file.signature().link();
		if (link) {
			this.kept.put(key, BY_LINK.formatted(file.file()));
		}
		return link;
	}

	private void planRemoval(ServiceKey key, boolean replaceManual) throws IOException {
		FoundBackup file = found(key);
		String name = file.file();
		if (name == null || file.isMissing()) {
			return;
		}
		String digest = file.digest();
		if (!replaceManual && (digest == null || !isOurs(key, digest))) {
			this.kept.put(key, BY_HAND.formatted(name));
			return;
		}
		String before = digestBefore(key, file);
		if (before != null) {
			this.files.put(key, new PlannedFile(new FileStep(name, key, before, null),
					this.store.directory().resolve(name), file.signature(), null, null));
		}
	}

	/**
	 * Digest of a file that is to be replaced, after seeing to it that it could be put
	 * back.
	 */
	private @Nullable String digestBefore(ServiceKey key, FoundBackup file) {
		String digest = file.digest();
		if (digest != null || file.isMissing()) {
			return digest;
		}
		try {
			byte[] content = RegularFile.read(this.store.directory().resolve(String.valueOf(file.file())));
			this.misunderstood.put(key, content);
			return BackupFormat.digest(content);
		}
		catch (IOException ex) {
			this.kept.put(key,
					"its data file %s cannot be replaced (%s); move it away".formatted(file.file(), file.fault()));
			return null;
		}
	}

	private SnapshotResult commit(String id, Collection<ServiceKey> order, Map<ServiceKey, ArchivedBackup> restored)
			throws IOException {
		Map<ServiceKey, FoundBackup> all = this.store.found();
		Map<ServiceKey, ArchivedBackup> owners = changesOfOwner(restored, all);
		if (this.files.isEmpty() && this.adopted.isEmpty() && owners.isEmpty()) {
			return new SnapshotResult(null, Map.copyOf(this.kept));
		}
		if (this.files.keySet().stream().anyMatch((key) -> isAtRisk(key, all))) {
			commitAsItIs(id + "-before", all);
		}
		long number = this.generations.nextNumber();
		ContentPack pack = new ContentPack(number);
		Map<ServiceKey, ArchivedBackup> backups = asItIs(pack, all);
		List<PlannedFile> planned = inOrder(order);
		for (PlannedFile file : planned) {
			WrittenContent content = file.content();
			if (content == null) {
				backups.remove(file.key());
				continue;
			}
			ArchivedBackup shared = restored.get(file.key());
			backups.put(file.key(), (shared != null) ? shared : new ArchivedBackup(content.saved(),
					this.byOthers.contains(file.key()), pack.add(content.compressed())));
		}
		this.adopted.forEach((key, saved) -> backups.computeIfPresent(key,
				(same, backup) -> new ArchivedBackup(saved, false, backup.content())));
		backups.putAll(owners);
		Snapshot generation = write(id, number, pack, backups, planned);
		for (PlannedFile file : planned) {
			if (file.isLeftAlone()) {
				this.kept.put(file.key(), BY_HAND.formatted(file.step().file()));
			}
		}
		return new SnapshotResult(generation, Map.copyOf(this.kept));
	}

	/** Restored backups whose content is there already, but as that of somebody else. */
	private Map<ServiceKey, ArchivedBackup> changesOfOwner(Map<ServiceKey, ArchivedBackup> restored,
			Map<ServiceKey, FoundBackup> all) {
		Map<ServiceKey, ArchivedBackup> changes = new HashMap<>();
		restored.forEach((key, wanted) -> {
			FoundBackup file = all.get(key);
			String digest = (file != null) ? file.digest() : null;
			if (digest != null && wanted.has(digest) && isOurs(key, digest) == wanted.manual()) {
				changes.put(key, wanted);
			}
		});
		return changes;
	}

	/** Whether a content is about to go that no generation has. */
	private boolean isAtRisk(ServiceKey key, Map<ServiceKey, FoundBackup> all) {
		FoundBackup file = all.get(key);
		String digest = (file != null) ? file.digest() : null;
		return digest != null && this.base.find(key, digest) == null;
	}

	private void commitAsItIs(String id, Map<ServiceKey, FoundBackup> all) throws IOException {
		long number = this.generations.nextNumber();
		ContentPack pack = new ContentPack(number);
		write(id, number, pack, asItIs(pack, all), List.of());
	}

	/** What the directory has now, the contents of others among it. */
	private Map<ServiceKey, ArchivedBackup> asItIs(ContentPack pack, Map<ServiceKey, FoundBackup> all)
			throws IOException {
		Map<ServiceKey, ArchivedBackup> backups = new LinkedHashMap<>();
		Map<Long, Boolean> packExists = new HashMap<>();
		List<ServiceKey> order = new ArrayList<>(this.base.backups().keySet());
		all.keySet().stream().filter((key) -> !this.base.backups().containsKey(key)).forEach(order::add);
		for (ServiceKey key : order) {
			FoundBackup file = all.get(key);
			DiskBackup backup = (file != null) ? file.backup() : null;
			String digest = (backup != null) ? backup.digest() : null;
			if (backup == null || digest == null) {
				continue;
			}
			ArchivedBackup known = this.base.find(key, digest);
			if (known != null && packExists.computeIfAbsent(known.content().pack(),
					(number) -> Files.exists(this.generations.pack(number)))) {
				backups.put(key, known);
				continue;
			}
			byte[] compressed = backup.compressed();
			if (compressed != null) {
				backups.put(key, new ArchivedBackup(new SavedBackup(digest, backup.instances(), backup.healthy()),
						known == null || known.manual(), pack.add(compressed)));
			}
		}
		return backups;
	}

	private List<PlannedFile> inOrder(Collection<ServiceKey> order) {
		Map<ServiceKey, PlannedFile> rest = new LinkedHashMap<>(this.files);
		List<PlannedFile> ordered = new ArrayList<>(rest.size());
		for (ServiceKey key : order) {
			PlannedFile file = rest.remove(key);
			if (file != null) {
				ordered.add(file);
			}
		}
		ordered.addAll(rest.values());
		return ordered;
	}

	private Snapshot write(String id, long number, ContentPack pack, Map<ServiceKey, ArchivedBackup> backups,
			List<PlannedFile> planned) throws IOException {
		new PackCompaction(this.generations, this.packs).moveFromSparsePacks(backups, pack);
		Snapshot generation = describe(uniqueId(id), backups);
		Manifest manifest = new Manifest(number, generation, Manifest.packsOf(backups),
				planned.stream().map(PlannedFile::step).toList(), backups);
		if (!pack.isEmpty()) {
			AtomicFile.write(this.generations.pack(number), pack.toByteArray(), this.work, null);
		}
		this.store.beginWrite();
		boolean written = false;
		try {
			AtomicFile.write(this.generations.pendingFile(), ChecksummedFile.encode(ManifestFormat.write(manifest)),
					this.work, null);
			apply(manifest, planned);
			written = true;
		}
		finally {
			this.store.endWrite(written ? number : 0, written ? written(planned) : List.of());
			if (!written && Files.notExists(this.generations.pendingFile())) {
				Files.deleteIfExists(this.generations.pack(number));
			}
		}
		this.generations.remember(manifest);
		this.base = manifest;
		return generation;
	}

	private List<WrittenFile> written(List<PlannedFile> planned) {
		return planned.stream().map((file) -> file.written(this.store.reader())).filter(Objects::nonNull).toList();
	}

	private void apply(Manifest manifest, List<PlannedFile> planned) throws IOException {
		try {
			ParallelFiles.forEach(planned, ParallelFiles.COMPUTING, (some) -> {
				for (PlannedFile file : some) {
					file.apply();
				}
			});
			forceDirectories(this.store.directory(), planned.stream().map(PlannedFile::step).toList());
			this.generations.commit(manifest);
		}
		catch (IOException | RuntimeException | Error ex) {
			undo(planned, ex);
			throw ex;
		}
	}

	static void forceDirectories(Path directory, List<FileStep> steps) {
		if (!steps.isEmpty()) {
			AtomicFile.forceDirectory(directory);
		}
		if (steps.stream().anyMatch((step) -> DataFileNames.isLong(step.file()))) {
			AtomicFile.forceDirectory(directory.resolve(DataFileNames.LONG));
		}
	}

	/**
	 * What cannot be undone is finished by the next write, which finds the pending
	 * manifest.
	 */
	private void undo(List<PlannedFile> planned, Throwable failure) {
		// An interrupted thread can neither read nor write.
		boolean interrupted = Thread.interrupted();
		try {
			for (PlannedFile file : planned) {
				file.undo(this::previousContent, this.work);
			}
			Files.deleteIfExists(this.generations.pendingFile());
			AtomicFile.forceDirectory(this.generations.directory());
		}
		catch (IOException | RuntimeException ex) {
			failure.addSuppressed(ex);
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private byte[] previousContent(ServiceKey key, String digest) throws IOException {
		byte[] misunderstood = this.misunderstood.get(key);
		if (misunderstood != null) {
			return misunderstood;
		}
		ArchivedBackup archived = this.base.find(key, digest);
		if (archived == null) {
			throw new IOException("the content that %s had before is not known any more".formatted(key));
		}
		return this.packs.read(archived);
	}

	private String uniqueId(String id) throws IOException {
		String unique = id;
		for (int i = 2; this.generations.find(unique) != null; i++) {
			unique = id + "-" + i;
		}
		return unique;
	}

	private Snapshot describe(String id, Map<ServiceKey, ArchivedBackup> backups) {
		Set<ServiceKey> added = new LinkedHashSet<>();
		Set<ServiceKey> changed = new LinkedHashSet<>();
		int instances = 0;
		for (Map.Entry<ServiceKey, ArchivedBackup> entry : backups.entrySet()) {
			ArchivedBackup before = this.base.backups().get(entry.getKey());
			if (before == null) {
				added.add(entry.getKey());
			}
			else if (!before.has(entry.getValue().saved().digest())) {
				changed.add(entry.getKey());
			}
			instances += entry.getValue().saved().instances();
		}
		Set<ServiceKey> removed = new LinkedHashSet<>(this.base.backups().keySet());
		removed.removeAll(backups.keySet());
		return new Snapshot(id, Instant.now(), this.by, backups.size(), instances, false, added, changed, removed);
	}

}
