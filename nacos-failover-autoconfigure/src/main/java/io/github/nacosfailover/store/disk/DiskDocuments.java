package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;

import io.github.nacosfailover.store.disk.ZipObjects.Place;
import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.MissingContentsException;
import org.jspecify.annotations.Nullable;

/**
 * Documents in a directory of our own: an index, and zip files of contents. The rename of
 * the index is the commit; contents are on the disk before. A content that nothing needs
 * any more stays until the next write, so that the last one can be undone.
 * <p>
 * Several processes may use the directory at once.
 */
public final class DiskDocuments implements Documents {

	private static final String INDEX = "index";

	private static final String PREVIOUS_INDEX = "index.previous";

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final Path failoverDirectory;

	private final Path ownDirectory;

	private final Path directory;

	private final ZipObjects objects;

	private final DiskReports reports;

	private final boolean replaceable;

	private DiskIndex index = DiskIndex.EMPTY;

	private @Nullable FileSignature signature;

	/** What is wrong with the index, if the one before it is used. */
	private volatile @Nullable String fault;

	private volatile boolean closed;

	/**
	 * Create the documents of a directory.
	 * @param failoverDirectory the failover directory
	 * @param directory the directory of the documents, in our own in the failover
	 * directory
	 */
	DiskDocuments(Path failoverDirectory, Path directory) {
		this(failoverDirectory, directory, false);
	}

	private DiskDocuments(Path failoverDirectory, Path directory, boolean replaceable) {
		this.replaceable = replaceable;
		this.failoverDirectory = failoverDirectory;
		this.ownDirectory = failoverDirectory.resolve(FailoverFileNames.OWN_DIRECTORY);
		this.directory = directory;
		this.objects = new ZipObjects(directory);
		this.reports = new DiskReports(failoverDirectory, directory.getFileName().toString() + "-reports");
	}

	/**
	 * Returns documents that come from elsewhere: if they are damaged, the next write
	 * replaces them.
	 * @param failoverDirectory the failover directory
	 * @param name name of their directory, in our own in the failover directory
	 * @return the documents
	 */
	public static DiskDocuments replaceable(Path failoverDirectory, String name) {
		return new DiskDocuments(failoverDirectory,
				failoverDirectory.resolve(FailoverFileNames.OWN_DIRECTORY).resolve(name), true);
	}

	@Override
	public String location() {
		return this.directory.toString();
	}

	Path indexFile() {
		return this.directory.resolve(INDEX);
	}

	@Override
	public Changes changesSince(@Nullable Version known) throws IOException {
		requireOpen();
		DiskIndex index = index();
		if (known != null && known.equals(index.version())) {
			return new Changes(known, false, List.of());
		}
		return new Changes(index.version(), true, List.copyOf(index.documents().values()));
	}

	private synchronized DiskIndex index() throws IOException {
		FileSignature found = FileSignature.of(indexFile());
		if (found == null || !found.equals(this.signature)) {
			this.fault = null;
			this.index = (found != null) ? read(indexFile()) : readPrevious("is missing");
			this.signature = found;
		}
		return this.index;
	}

	private DiskIndex read(Path file) throws IOException {
		try {
			return DiskIndex.read(file, ChecksummedFile.read(file));
		}
		catch (DamagedFileException ex) {
			DiskIndex previous = readPrevious(String.valueOf(ex.getMessage()));
			if (previous.version() == null && !this.replaceable) {
				throw ex;
			}
			this.fault = ex.getMessage();
			return previous;
		}
	}

	/** Falls back to the index before the last write. */
	private DiskIndex readPrevious(String fault) throws IOException {
		Path previous = this.directory.resolve(PREVIOUS_INDEX);
		if (FileSignature.of(previous) == null) {
			return DiskIndex.EMPTY;
		}
		try {
			DiskIndex index = DiskIndex.read(previous, ChecksummedFile.read(previous));
			this.fault = fault;
			return index;
		}
		catch (DamagedFileException | NoSuchFileException ex) {
			return DiskIndex.EMPTY;
		}
	}

	@Override
	public List<String> problems() {
		String fault = this.fault;
		return (fault != null)
				? List.of("the index of snapshots %s (%s); the one before it is used until the next snapshot"
					.formatted(indexFile(), fault))
				: List.of();
	}

	@Override
	public Map<String, byte[]> contents(Collection<String> hashes) throws IOException {
		Map<String, byte[]> contents = read(index(), hashes);
		if (contents.size() < hashes.size()) {
			// Another process may have moved them meanwhile.
			Set<String> missing = new HashSet<>(hashes);
			missing.removeAll(contents.keySet());
			contents.putAll(read(index(), missing));
		}
		return contents;
	}

	private Map<String, byte[]> read(DiskIndex index, Collection<String> hashes) throws IOException {
		Map<Long, Map<String, Place>> files = new HashMap<>();
		for (String hash : hashes) {
			Place place = index.garbage().contains(hash) ? null : index.places().get(hash);
			if (place != null) {
				files.computeIfAbsent(place.file(), (file) -> new HashMap<>()).put(hash, place);
			}
		}
		Map<String, byte[]> contents = new HashMap<>();
		for (Map.Entry<Long, Map<String, Place>> file : files.entrySet()) {
			contents.putAll(this.objects.read(file.getKey(), file.getValue()));
		}
		return contents;
	}

	/** Return the file that a content is, or was, in. */
	Path locate(String hash) throws IOException {
		Place place = index().places().get(hash);
		return (place != null) ? this.objects.file(place.file()) : this.directory;
	}

	@Override
	public boolean write(Write write) throws IOException {
		requireOpen();
		OwnDirectory.create(this.failoverDirectory, this.ownDirectory);
		OwnDirectory.createBelow(this.ownDirectory, this.directory);
		DirectoryLock lock = DirectoryLock.acquire(this.directory, PATIENCE);
		try {
			DiskIndex before = index();
			if (!Objects.equals(before.version(), write.basis())) {
				return false;
			}
			requireContents(before, write);
			if (before.version() == null && !this.replaceable) {
				this.objects.renameOrphans();
			}
			DiskIndex after = store(before, write);
			keepPreviousIndex();
			AtomicFile.write(indexFile(), ChecksummedFile.encode(after.write()), this.ownDirectory, null);
			know(after);
			deleteUnused(after);
			return true;
		}
		finally {
			lock.release();
		}
	}

	/** Keeps the index that is about to be replaced, unless it is damaged. */
	private void keepPreviousIndex() throws IOException {
		if (this.fault != null || FileSignature.of(indexFile()) == null) {
			return;
		}
		Path link = this.ownDirectory.resolve(UUID.randomUUID() + NewFile.SUFFIX);
		try {
			Files.createLink(link, indexFile());
		}
		catch (IOException | UnsupportedOperationException ex) {
			Files.copy(indexFile(), link);
		}
		Files.move(link, this.directory.resolve(PREVIOUS_INDEX), StandardCopyOption.ATOMIC_MOVE);
	}

	private void requireContents(DiskIndex index, Write write) throws IOException {
		Set<String> missing = new TreeSet<>();
		Map<Long, Boolean> exists = new HashMap<>();
		for (String hash : write.needed()) {
			Place place = index.places().get(hash);
			boolean there = write.contents().containsKey(hash)
					|| (place != null && exists.computeIfAbsent(place.file(), this.objects::exists));
			if (!there) {
				missing.add(hash);
			}
		}
		if (!missing.isEmpty()) {
			throw new MissingContentsException(location(), missing);
		}
	}

	private DiskIndex store(DiskIndex before, Write write) throws IOException {
		Map<String, Document> documents = new LinkedHashMap<>(before.documents());
		for (Document document : write.documents()) {
			if (document.isDeleted()) {
				documents.remove(document.name());
			}
			else {
				documents.put(document.name(), document);
			}
		}
		Set<String> gone = new HashSet<>(before.garbage());
		gone.removeAll(write.needed());
		gone.removeAll(write.contents().keySet());
		documents.values().forEach((document) -> gone.remove(document.hash()));
		Map<String, Place> places = new HashMap<>(before.places());
		places.keySet().removeAll(gone);
		Map<String, byte[]> contents = new LinkedHashMap<>(write.contents());
		contents.putAll(takeFromSparseFiles(before, places));
		long number = 1 + Math.max(this.objects.lastNumber(),
				before.places().values().stream().mapToLong(Place::file).max().orElse(0));
		for (Map<String, byte[]> some : split(contents)) {
			places.putAll(this.objects.write(number++, some, this.ownDirectory));
		}
		Set<String> garbage = new HashSet<>(write.obsolete());
		garbage.retainAll(places.keySet());
		return new DiskIndex(write.result(), documents, places, garbage);
	}

	private static List<Map<String, byte[]>> split(Map<String, byte[]> contents) {
		List<Map<String, byte[]>> parts = new ArrayList<>();
		Map<String, byte[]> part = new LinkedHashMap<>();
		for (Map.Entry<String, byte[]> entry : contents.entrySet()) {
			part.put(entry.getKey(), entry.getValue());
			if (part.size() == ZipObjects.MAX_ENTRIES) {
				parts.add(part);
				part = new LinkedHashMap<>();
			}
		}
		if (!part.isEmpty()) {
			parts.add(part);
		}
		return parts;
	}

	/** Contents of files of which less than half is still needed are written anew. */
	private Map<String, byte[]> takeFromSparseFiles(DiskIndex before, Map<String, Place> places) throws IOException {
		Map<Long, Long> used = sizes(before.places());
		Map<Long, Long> needed = sizes(places);
		Set<Long> sparse = new HashSet<>();
		for (Map.Entry<Long, Long> file : needed.entrySet()) {
			if (!file.getValue().equals(used.get(file.getKey()))
					&& file.getValue() * 2 < this.objects.size(file.getKey())) {
				sparse.add(file.getKey());
			}
		}
		if (sparse.isEmpty()) {
			return Map.of();
		}
		List<String> hashes = places.entrySet()
			.stream()
			.filter((entry) -> sparse.contains(entry.getValue().file()))
			.map(Map.Entry::getKey)
			.toList();
		return read(before, hashes);
	}

	/** How many bytes of each file are contents. */
	private static Map<Long, Long> sizes(Map<String, Place> places) {
		Map<Long, Long> sizes = new HashMap<>();
		places.values().forEach((place) -> sizes.merge(place.file(), (long) place.length(), Long::sum));
		return sizes;
	}

	private synchronized void know(DiskIndex index) {
		this.index = index;
		this.fault = null;
		try {
			this.signature = FileSignature.of(indexFile());
		}
		catch (IOException ex) {
			// It is committed; the index is read again.
			this.signature = null;
		}
	}

	/** Deletes files without referenced contents, including those of an aborted write. */
	private void deleteUnused(DiskIndex after) {
		Set<Long> used = new HashSet<>();
		after.places().values().forEach((place) -> used.add(place.file()));
		try {
			for (long file : this.objects.files()) {
				if (!used.contains(file)) {
					this.objects.delete(file);
				}
			}
		}
		catch (IOException ex) {
			// Only disk space is wasted.
		}
	}

	/**
	 * Returns which contents are there, as far as that can be told without reading them.
	 */
	@Override
	public Set<String> contentHashes() throws IOException {
		DiskIndex index = index();
		Set<Long> files = this.objects.files();
		Set<String> present = new HashSet<>();
		index.places().forEach((hash, place) -> {
			if (files.contains(place.file())) {
				present.add(hash);
			}
		});
		present.removeAll(index.garbage());
		return present;
	}

	@Override
	public void report(String instance, String text, Duration lifetime) throws IOException {
		requireOpen();
		this.reports.report(instance, text, lifetime);
	}

	@Override
	public void withdraw(String instance) throws IOException {
		requireOpen();
		this.reports.withdraw(instance);
	}

	@Override
	public Map<String, String> reports() throws IOException {
		return this.reports.reports();
	}

	/** Writes are not announced: the index is checked with the rest of the directory. */
	@Override
	public void onWrite(Consumer<@Nullable Write> listener) {
	}

	@Override
	public void close() {
		this.closed = true;
	}

	private void requireOpen() throws IOException {
		if (this.closed) {
			throw new IOException("%s is closed".formatted(this.directory));
		}
	}

}
