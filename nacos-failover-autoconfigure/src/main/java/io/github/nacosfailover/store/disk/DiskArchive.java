package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.exception.UnknownSnapshotException;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.store.SavedBackup;
import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.SnapshotArchive;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.SnapshotResult;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archive of a failover directory. Backups are the data files of the directory
 * itself; what they were before is in a sub-directory that is ours alone.
 * <p>
 * Several processes may share the directory. A generation has all backups there are when
 * it is made, whoever wrote them.
 */
final class DiskArchive implements SnapshotArchive {

	private static final Logger logger = LoggerFactory.getLogger(DiskArchive.class);

	private static final ObjectMapper MAPPER = new ObjectMapper();

	private static final String UNREADABLE = "its data file %s cannot be used (%s); correct or delete it, or take a "
			+ "snapshot with force";

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'")
		.withZone(ZoneOffset.UTC);

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static final Duration PATIENCE_AT_START = Duration.ofSeconds(2);

	private final DiskStore store;

	private final Generations generations;

	private final Retention retention;

	private final Path ownDirectory;

	private final Path work;

	private final Path memory;

	private volatile @Nullable Ownership ownership;

	DiskArchive(DiskStore store, Generations generations, Retention retention) {
		this.store = store;
		this.generations = generations;
		this.retention = retention;
		this.ownDirectory = store.directory().resolve(FailoverFileNames.OWN_DIRECTORY);
		this.work = generations.directory().resolve("work");
		this.memory = this.ownDirectory.resolve("memory");
	}

	@Override
	public Map<ServiceKey, SavedBackup> saved() throws IOException {
		return ownership().saved();
	}

	@Override
	public Set<ServiceKey> manual() throws IOException {
		return ownership().manual();
	}

	@Override
	public Map<ServiceKey, String> unreadable() throws IOException {
		return ownership().unreadable();
	}

	private Ownership ownership() throws IOException {
		this.store.requireAnswer();
		completeLeftWrite(Duration.ZERO);
		this.store.refresh(null, false);
		try {
			Ownership known = this.ownership;
			Manifest newest = this.store.isGone() ? this.generations.lastKnown() : this.generations.newest();
			Manifest pending = pending();
			long version = this.store.version();
			if (known == null || known.version() != version || known.newest() != newest || known.pending() != pending) {
				known = Ownership.of(this.store.found(), this.store.lost(), version, newest, pending);
				this.ownership = known;
			}
			return known;
		}
		catch (IOException ex) {
			throw new IOException("Snapshots in %s cannot be read: %s".formatted(this.generations.directory(),
					WriteFailure.explain(ex)), ex);
		}
	}

	private @Nullable Manifest pending() throws IOException {
		try {
			return this.generations.pending();
		}
		catch (DamagedFileException ex) {
			// Whoever writes next gives it up.
			return null;
		}
	}

	@Override
	public SnapshotResult write(SnapshotChange change) throws IOException {
		return exclusively(
				(packs) -> new ArchiveWrite(this.store, this.generations, packs, this.work, change.by()).write(change));
	}

	@Override
	public SnapshotResult restore(String id, boolean exact, String newId, String by) throws IOException {
		return exclusively((packs) -> {
			Manifest wanted = this.generations.read(find(id), ManifestFormat.Depth.BACKUPS);
			return new ArchiveWrite(this.store, this.generations, packs, this.work, by).restore(wanted, exact, newId);
		});
	}

	/**
	 * Writes data files again that were lost.
	 * @param lost the files
	 * @throws IOException if they cannot be written
	 */
	void writeBack(Collection<LostFile> lost) throws IOException {
		exclusively((packs) -> new ArchiveWrite(this.store, this.generations, packs, this.work, "write-back")
			.writeBack(lost, TIME.format(Instant.now()) + "-lost"));
	}

	/**
	 * The newest manifest that was read, whether it is still there or not.
	 */
	Manifest lastKnown() {
		return this.generations.lastKnown();
	}

	@Override
	public Snapshot pin(String id, boolean pinned) throws IOException {
		return exclusively((packs) -> {
			long number = find(id);
			this.generations.pin(number, pinned);
			return this.generations.generation(number);
		});
	}

	@Override
	public void delete(String id) throws IOException {
		exclusively((packs) -> {
			this.generations.delete(find(id));
			return id;
		});
	}

	private long find(String id) throws IOException {
		Long number = this.generations.find(id);
		if (number == null) {
			throw new UnknownSnapshotException(id);
		}
		return number;
	}

	@Override
	public List<Snapshot> generations() throws IOException {
		completeLeftWrite(Duration.ZERO);
		try {
			return this.generations.list();
		}
		catch (IOException ex) {
			throw new IOException("Snapshots in %s cannot be listed: %s".formatted(this.generations.directory(),
					WriteFailure.explain(ex)), ex);
		}
	}

	@Override
	public List<Problem> problems() {
		return this.generations.problems();
	}

	@Override
	public Map<ServiceKey, String> memory() {
		Map<ServiceKey, String> memory = new HashMap<>();
		if (Files.notExists(this.memory)) {
			return memory;
		}
		try {
			Map<String, String> texts = MAPPER.readValue(ChecksummedFile.read(this.memory), new TypeReference<>() {
			});
			texts.forEach((key, text) -> memory.put(ServiceKey.parse(key), text));
			return memory;
		}
		catch (IOException | RuntimeException ex) {
			logger.warn("Failover: {} cannot be read and is taken as empty", this.memory, ex);
			return Map.of();
		}
	}

	@Override
	public void writeMemory(Map<ServiceKey, String> memory) throws IOException {
		Map<String, String> texts = new TreeMap<>();
		memory.forEach((key, text) -> texts.put(key.toString(), text));
		try {
			createOwnDirectory();
			AtomicFile.write(this.memory, ChecksummedFile.encode(MAPPER.writeValueAsBytes(texts)), this.ownDirectory,
					null);
		}
		catch (IOException | ReadOnlyFileSystemException ex) {
			throw failed("What guards remember", ex);
		}
	}

	/** What is only to be remembered is no reason to bring back one that has gone. */
	private void createOwnDirectory() throws IOException {
		this.store.requireNotGone();
		OwnDirectory.create(this.store.directory(), this.ownDirectory);
	}

	@Override
	public void changeMemory(UnaryOperator<Map<ServiceKey, String>> change) throws IOException {
		DirectoryLock turn = takeTurnOfMemory();
		try {
			SnapshotArchive.super.changeMemory(change);
		}
		finally {
			if (turn != null) {
				turn.release();
			}
		}
	}

	private @Nullable DirectoryLock takeTurnOfMemory() {
		try {
			createOwnDirectory();
			return DirectoryLock.acquire(this.ownDirectory, "memory.lock", PATIENCE_AT_START);
		}
		catch (IOException | ReadOnlyFileSystemException ex) {
			// The write itself tells what is wrong.
			return null;
		}
	}

	@Override
	public Object memoryVersion() {
		try {
			return String.valueOf(FileSignature.of(this.memory));
		}
		catch (IOException ex) {
			return "unreadable";
		}
	}

	/**
	 * Tells what data files had when the newest generation was made.
	 * @param dataFiles whom to tell
	 */
	void tellNewest(DataFiles dataFiles) {
		try {
			Manifest newest = this.generations.newest();
			FileSignature signature = this.generations.signature(newest);
			if (signature != null) {
				dataFiles.expect(newest.backups(), signature.changed());
			}
		}
		catch (IOException ex) {
			logger.debug("What files had last is not known in {}", this.ownDirectory, ex);
		}
	}

	/**
	 * Finishes what a process that died has left, before anything is read at the start.
	 */
	void completeLeftWrite() {
		completeLeftWrite(PATIENCE_AT_START);
	}

	private void completeLeftWrite(Duration patience) {
		if (Files.notExists(this.generations.pendingFile())) {
			return;
		}
		try {
			DirectoryLock lock = DirectoryLock.acquire(this.ownDirectory, patience);
			try (PackReader packs = new PackReader(this.generations, this.store.maxFileSize())) {
				finishLeftWrite(packs);
			}
			finally {
				lock.release();
			}
		}
		catch (IOException | ReadOnlyFileSystemException ex) {
			// Somebody is writing, or nobody can: then what there is stays in use.
			logger.debug("The write that is under way in {} was not finished", this.ownDirectory, ex);
		}
	}

	private void finishLeftWrite(PackReader packs) throws IOException {
		createDirectories();
		deleteTemporaryFiles();
		new WriteRecovery(this.store.directory(), this.generations, packs, this.work).finish();
	}

	private void deleteTemporaryFiles() throws IOException {
		try (DirectoryStream<Path> files = Files.newDirectoryStream(this.work)) {
			for (Path file : files) {
				Files.deleteIfExists(file);
			}
		}
	}

	private void createDirectories() throws IOException {
		this.store.requireAnswer();
		OwnDirectory.create(this.store.directory(), this.ownDirectory);
		OwnDirectory.createBelow(this.ownDirectory, this.work);
		OwnDirectory.createBelow(this.ownDirectory, this.store.directory().resolve(DataFileNames.LONG));
	}

	private <T> T exclusively(Action<T> action) throws IOException {
		try {
			createDirectories();
			DirectoryLock lock = DirectoryLock.acquire(this.ownDirectory, PATIENCE);
			try (PackReader packs = new PackReader(this.generations, this.store.maxFileSize())) {
				finishLeftWrite(packs);
				T result = action.run(packs);
				clean();
				return result;
			}
			finally {
				cleanUp();
				lock.release();
			}
		}
		catch (IOException | ReadOnlyFileSystemException ex) {
			throw failed("A snapshot", ex);
		}
	}

	private void clean() {
		try {
			this.generations.clean(this.retention);
		}
		catch (IOException ex) {
			// The next write tries again.
			logger.debug("Old snapshots in {} were not deleted", this.generations.directory(), ex);
		}
	}

	/** What a write that failed has left would keep a full disk full. */
	private void cleanUp() {
		boolean interrupted = Thread.interrupted();
		try {
			deleteTemporaryFiles();
		}
		catch (IOException ex) {
			logger.debug("Temporary files in {} were not deleted", this.work, ex);
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private IOException failed(String what, Exception ex) {
		String message = WriteFailure.explain(what, this.store.directory(),
				(ex instanceof IOException failure) ? failure : new IOException(ex.toString()));
		return new IOException(message, ex);
	}

	/** What to do while nobody else writes. */
	private interface Action<T> {

		T run(PackReader packs) throws IOException;

	}

	/**
	 * Which backups are ours.
	 *
	 * @param version version of the data files it was found from
	 * @param newest the manifest it was found from
	 * @param pending the manifest of a write that was under way
	 * @param saved ours
	 * @param manual those of others
	 * @param unreadable why files among those cannot be used
	 */
	private record Ownership(long version, Manifest newest, @Nullable Manifest pending,
			Map<ServiceKey, SavedBackup> saved, Set<ServiceKey> manual, Map<ServiceKey, String> unreadable) {

		/** While a write is under way both what was and what will be are ours. */
		static Ownership of(Map<ServiceKey, FoundBackup> found, Collection<LostFile> lost, long version,
				Manifest newest, @Nullable Manifest pending) {
			Map<ServiceKey, SavedBackup> saved = new HashMap<>();
			Set<ServiceKey> manual = new HashSet<>();
			Map<ServiceKey, String> unreadable = new HashMap<>();
			lost.forEach((file) -> {
				DiskBackup backup = file.backup();
				String digest = backup.digest();
				if (file.ours() && digest != null) {
					saved.put(backup.key(), new SavedBackup(digest, backup.instances(), backup.healthy()));
				}
				else {
					manual.add(backup.key());
				}
			});
			found.forEach((key, file) -> {
				String digest = file.digest();
				ArchivedBackup backup = (digest != null) ? newest.find(key, digest) : null;
				if (backup == null && digest != null && pending != null) {
					backup = pending.find(key, digest);
				}
				if (backup != null && !backup.manual()) {
					saved.put(key, backup.saved());
				}
				else {
					manual.add(key);
					if (digest == null) {
						unreadable.put(key, UNREADABLE.formatted(file.file(), file.fault()));
					}
				}
			});
			return new Ownership(version, newest, pending, Map.copyOf(saved), Set.copyOf(manual),
					Map.copyOf(unreadable));
		}

	}

}
