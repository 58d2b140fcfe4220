package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.disk.ManifestFormat.Depth;
import org.jspecify.annotations.Nullable;

/**
 * The directory of generations: for each a manifest, named after its number, and a pack
 * of what is new in it. Empty files beside a manifest mark it as pinned, or as deleted:
 * the newest one is only hidden when it is deleted, since it is also the record of which
 * data files are ours.
 * <p>
 * A manifest that is called {@value #PENDING} is of a write that is under way. Data files
 * are changed while it has that name; giving it its number ends the write.
 * <p>
 * Reading needs no lock: no file ever changes, and all appear and go as a whole.
 */
final class Generations {

	static final String PENDING = "pending";

	private static final Pattern FILE = Pattern.compile("(\\d{1,18})\\.(manifest|pack|pinned|deleted)");

	private static final int ATTEMPTS = 5;

	private final Path directory;

	private final Map<Long, Known> known = new HashMap<>();

	private volatile @Nullable Manifest newest;

	private @Nullable FileSignature newestSignature;

	private @Nullable Manifest pending;

	private @Nullable FileSignature pendingSignature;

	private volatile List<Problem> problems = List.of();

	Generations(Path directory) {
		this.directory = directory;
	}

	Path directory() {
		return this.directory;
	}

	Path pack(long number) {
		return file(number, "pack");
	}

	private Path file(long number, String kind) {
		return this.directory.resolve("%08d.%s".formatted(number, kind));
	}

	Path pendingFile() {
		return this.directory.resolve(PENDING);
	}

	/**
	 * What was found damaged when the directory was last looked at.
	 * @return the problems
	 */
	List<Problem> problems() {
		return this.problems;
	}

	/**
	 * The generations there are, newest first.
	 * @return the readable ones that are not deleted
	 * @throws IOException if they cannot be listed
	 */
	synchronized List<Snapshot> list() throws IOException {
		List<Snapshot> generations = new ArrayList<>();
		for (Known known : look(new Listing(this.directory))) {
			if (known.manifest != null && !known.deleted) {
				generations.add(known.generation());
			}
		}
		return generations;
	}

	/**
	 * Looks a generation up.
	 * @param id its id
	 * @return its number, {@code null} if there is none of that id
	 * @throws IOException if they cannot be listed
	 */
	synchronized @Nullable Long find(String id) throws IOException {
		for (Known known : look(new Listing(this.directory))) {
			if (known.manifest != null && !known.deleted && known.manifest.generation().id().equals(id)) {
				return known.number;
			}
		}
		return null;
	}

	synchronized Snapshot generation(long number) throws IOException {
		for (Known known : look(new Listing(this.directory))) {
			if (known.number == number) {
				return known.generation();
			}
		}
		throw new NoSuchFileException(file(number, "manifest").toString());
	}

	Manifest read(long number, Depth depth) throws IOException {
		Path file = file(number, "manifest");
		return ManifestFormat.read(file, number, ChecksummedFile.read(file), depth);
	}

	/**
	 * The newest manifest that can be read, deleted or not.
	 * @return the manifest, or {@link Manifest#NONE}
	 * @throws IOException if they cannot be listed
	 */
	synchronized Manifest newest() throws IOException {
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			Listing listing = new Listing(this.directory);
			boolean again = false;
			for (Known known : look(listing)) {
				if (known.manifest == null) {
					continue;
				}
				Manifest newest = this.newest;
				if (newest == null || !known.signature.equals(this.newestSignature)) {
					try {
						newest = read(known.number, Depth.BACKUPS);
						this.newest = newest;
						this.newestSignature = known.signature;
					}
					catch (NoSuchFileException ex) {
						again = true;
						break;
					}
				}
				return newest;
			}
			if (!again) {
				return Manifest.NONE;
			}
		}
		throw new IOException("other processes replace all snapshots in %s all the time".formatted(this.directory));
	}

	/**
	 * The newest manifest that was read, whether it is still there or not. Needs no disk.
	 * @return the manifest, or {@link Manifest#NONE}
	 */
	Manifest lastKnown() {
		Manifest known = this.newest;
		return (known != null) ? known : Manifest.NONE;
	}

	/**
	 * What the file of a manifest looks like. It was renamed after all that the manifest
	 * tells of was done.
	 * @param manifest the manifest
	 * @return its signature, {@code null} if it is gone
	 * @throws IOException if it cannot be looked at
	 */
	@Nullable FileSignature signature(Manifest manifest) throws IOException {
		return FileSignature.of(file(manifest.number(), "manifest"));
	}

	/**
	 * The manifest of a write that is under way, or that was when its process died.
	 * @return the manifest, {@code null} if there is none
	 * @throws IOException if it cannot be read
	 */
	synchronized @Nullable Manifest pending() throws IOException {
		FileSignature signature = FileSignature.of(pendingFile());
		if (signature == null) {
			this.pending = null;
			this.pendingSignature = null;
		}
		else if (!signature.equals(this.pendingSignature)) {
			try {
				this.pending = ManifestFormat.read(pendingFile(), nextNumber(), ChecksummedFile.read(pendingFile()),
						Depth.BACKUPS);
				this.pendingSignature = signature;
			}
			catch (NoSuchFileException ex) {
				return null;
			}
		}
		return this.pending;
	}

	/**
	 * Number of the next generation.
	 * @return one more than that of any manifest, also of those that cannot be read
	 * @throws IOException if they cannot be listed
	 */
	long nextNumber() throws IOException {
		return newestNumber() + 1;
	}

	long newestNumber() throws IOException {
		TreeMap<Long, FileSignature> manifests = new Listing(this.directory).manifests;
		return manifests.isEmpty() ? 0 : manifests.lastKey();
	}

	/**
	 * What writes did to data files.
	 * @param after number of the last generation that is known
	 * @return what was done, {@code null} if it cannot be told
	 * @throws IOException if generations cannot be listed
	 */
	@Nullable List<FileStep> stepsSince(long after) throws IOException {
		List<FileStep> steps = new ArrayList<>();
		TreeMap<Long, FileSignature> manifests = new Listing(this.directory).manifests;
		if (manifests.isEmpty() || manifests.lastKey() < after || !manifests.containsKey(after + 1)) {
			return (!manifests.isEmpty() && manifests.lastKey() == after) ? steps : null;
		}
		for (long number : manifests.tailMap(after, false).keySet()) {
			try {
				steps.addAll(read(number, Depth.STEPS).steps());
			}
			catch (NoSuchFileException | DamagedFileException ex) {
				return null;
			}
		}
		return steps;
	}

	/** Ends the write that is under way: its generation is there from now on. */
	void commit(Manifest manifest) throws IOException {
		Files.move(pendingFile(), file(manifest.number(), "manifest"), StandardCopyOption.ATOMIC_MOVE);
		AtomicFile.forceDirectory(this.directory);
	}

	/**
	 * Takes note of what was just committed, which then need not be read.
	 * @param manifest the manifest
	 * @throws IOException if it cannot be looked at
	 */
	synchronized void remember(Manifest manifest) throws IOException {
		FileSignature signature = FileSignature.of(file(manifest.number(), "manifest"));
		if (signature != null) {
			this.newest = manifest;
			this.newestSignature = signature;
			this.known.put(manifest.number(), new Known(manifest.number(), signature, summary(manifest)));
		}
	}

	private static Manifest summary(Manifest manifest) {
		return new Manifest(manifest.number(), manifest.generation(), manifest.packs(), List.of(), Map.of());
	}

	void pin(long number, boolean pinned) throws IOException {
		mark(file(number, "pinned"), pinned);
	}

	/**
	 * Deletes a generation, or hides it if it is the newest.
	 * @param number its number
	 * @throws IOException if it cannot be deleted
	 */
	void delete(long number) throws IOException {
		if (number == newestNumber()) {
			mark(file(number, "deleted"), true);
		}
		else {
			drop(number);
		}
		AtomicFile.forceDirectory(this.directory);
	}

	private void mark(Path file, boolean wanted) throws IOException {
		if (!wanted) {
			Files.deleteIfExists(file);
		}
		else if (Files.notExists(file)) {
			Files.createFile(file);
		}
		AtomicFile.forceDirectory(this.directory);
	}

	private void drop(long number) throws IOException {
		Files.deleteIfExists(file(number, "manifest"));
		Files.deleteIfExists(file(number, "pinned"));
		Files.deleteIfExists(file(number, "deleted"));
	}

	/**
	 * Deletes what is too much, and what nobody refers to. Called by whoever has the
	 * lock.
	 * @param retention what may stay
	 * @throws IOException if something cannot be deleted
	 */
	synchronized void clean(Retention retention) throws IOException {
		Listing listing = new Listing(this.directory);
		List<Known> staying = new ArrayList<>();
		int counted = 0;
		for (Known known : look(listing)) {
			boolean newest = staying.isEmpty();
			boolean dropped = known.deleted || (!known.pinned && counted >= retention.generations());
			if (dropped && !newest) {
				drop(known.number);
				continue;
			}
			staying.add(known);
			counted += (known.deleted || known.pinned) ? 0 : 1;
		}
		while (size(staying, listing) > retention.maxBytes() && dropOldest(staying)) {
			// Until it fits, or only what has to stay is left.
		}
		if (staying.stream().allMatch((known) -> known.manifest != null)) {
			Set<Long> packs = packs(staying);
			for (long pack : listing.packs.keySet()) {
				if (!packs.contains(pack)) {
					Files.deleteIfExists(pack(pack));
				}
			}
		}
		listing.orphanedMarks().forEach(Generations::deleteQuietly);
	}

	private static void deleteQuietly(Path file) {
		try {
			Files.deleteIfExists(file);
		}
		catch (IOException ex) {
			// It does no harm, and the next write tries again.
		}
	}

	private boolean dropOldest(List<Known> staying) throws IOException {
		for (int i = staying.size() - 1; i > 0; i--) {
			if (!staying.get(i).pinned) {
				drop(staying.remove(i).number);
				return true;
			}
		}
		return false;
	}

	private static long size(List<Known> staying, Listing listing) {
		long size = 0;
		for (Known known : staying) {
			size += known.signature.size();
		}
		for (long pack : packs(staying)) {
			size += listing.packs.getOrDefault(pack, 0L);
		}
		return size;
	}

	private static Set<Long> packs(List<Known> generations) {
		Set<Long> packs = new HashSet<>();
		for (Known known : generations) {
			if (known.manifest != null) {
				packs.addAll(known.manifest.packs());
			}
		}
		return packs;
	}

	/** Looks at manifests that are new or changed. */
	private List<Known> look(Listing listing) throws IOException {
		List<Known> found = new ArrayList<>();
		List<Problem> problems = new ArrayList<>();
		this.known.keySet().retainAll(listing.manifests.keySet());
		for (Map.Entry<Long, FileSignature> entry : listing.manifests.descendingMap().entrySet()) {
			long number = entry.getKey();
			Known known = this.known.get(number);
			if (known == null || !known.signature.equals(entry.getValue())) {
				known = look(number, entry.getValue());
			}
			if (known == null) {
				continue;
			}
			known.pinned = listing.pinned.contains(number);
			known.deleted = listing.deleted.contains(number);
			this.known.put(number, known);
			found.add(known);
			if (known.fault != null) {
				problems.add(new Problem(file(number, "manifest").toString(), known.fault));
			}
		}
		found.sort(Comparator.comparingLong((Known known) -> known.number).reversed());
		this.problems = List.copyOf(problems);
		return found;
	}

	private @Nullable Known look(long number, FileSignature signature) throws IOException {
		try {
			return new Known(number, signature, read(number, Depth.GENERATION));
		}
		catch (NoSuchFileException ex) {
			return null;
		}
		catch (DamagedFileException ex) {
			return new Known(number, signature, ex);
		}
	}

	/** What is known of one manifest. */
	private static final class Known {

		private final long number;

		private final FileSignature signature;

		private final @Nullable Manifest manifest;

		private final @Nullable String fault;

		private boolean pinned;

		private boolean deleted;

		Known(long number, FileSignature signature, Manifest manifest) {
			this.number = number;
			this.signature = signature;
			this.manifest = manifest;
			this.fault = null;
		}

		Known(long number, FileSignature signature, DamagedFileException ex) {
			this.number = number;
			this.signature = signature;
			this.manifest = null;
			this.fault = "cannot be brought back: %s; delete the file".formatted(ex.getMessage());
		}

		Snapshot generation() {
			Snapshot generation = (this.manifest != null) ? this.manifest.generation() : Manifest.NONE.generation();
			return new Snapshot(generation.id(), generation.at(), generation.by(), generation.services(),
					generation.instances(), this.pinned, generation.added(), generation.changed(),
					generation.removed());
		}

	}

	/** What is in the directory. */
	private static final class Listing {

		private final Path directory;

		private final TreeMap<Long, FileSignature> manifests = new TreeMap<>();

		private final Map<Long, Long> packs = new HashMap<>();

		private final Set<Long> pinned = new HashSet<>();

		private final Set<Long> deleted = new HashSet<>();

		private final Map<Path, Long> marks = new HashMap<>();

		Listing(Path directory) throws IOException {
			this.directory = directory;
			try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
				for (Path file : files) {
					Matcher matcher = FILE.matcher(file.getFileName().toString());
					if (matcher.matches()) {
						add(Long.parseLong(matcher.group(1)), matcher.group(2), file);
					}
				}
			}
			catch (DirectoryIteratorException ex) {
				throw ex.getCause();
			}
			catch (NoSuchFileException ex) {
				// Nothing was ever written.
			}
			catch (NotDirectoryException ex) {
				throw new IOException("%s is a file where a directory is needed; move it away".formatted(directory),
						ex);
			}
		}

		private void add(long number, String kind, Path file) throws IOException {
			switch (kind) {
				case "manifest", "pack" -> {
					FileSignature signature = FileSignature.of(file);
					if (signature != null && kind.equals("pack")) {
						this.packs.put(number, signature.size());
					}
					else if (signature != null) {
						this.manifests.put(number, signature);
					}
				}
				case "pinned" -> {
					this.pinned.add(number);
					this.marks.put(file, number);
				}
				default -> {
					this.deleted.add(number);
					this.marks.put(file, number);
				}
			}
		}

		List<Path> orphanedMarks() {
			return this.marks.entrySet()
				.stream()
				.filter((mark) -> !this.manifests.containsKey(mark.getValue()))
				.map(Map.Entry::getKey)
				.toList();
		}

	}

}
