package io.github.nacosfailover.store.disk;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * New versions of data files that were read before. They are read without the lock of the
 * {@link DiskStore}, so that the switch never waits for a slow file, and shown when they
 * have been. Safe for use by any thread.
 */
final class ChangedFiles {

	/** Changes of other files are not held back for longer. */
	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

	private final Map<String, Changed> files = new ConcurrentHashMap<>();

	/**
	 * Adds a version, unless it is there.
	 * @param name name of the file
	 * @param version the version, which is not read yet
	 * @param signature what the file looks like
	 * @param before what is known of the file
	 */
	void add(String name, DiskBackup version, FileSignature signature, DataFile before) {
		this.files.compute(name, (same, known) -> {
			if (known != null && known.signature().equals(signature)) {
				return known;
			}
			DiskBackup shown = before.backup();
			return new Changed(version, signature, shown != null && shown.isKeptParsed(), before.problem() == null,
					(known != null) ? known.since() : System.nanoTime());
		});
	}

	/**
	 * Takes a version that has been read.
	 * @param name name of the file
	 * @param signature what the file looks like
	 * @return the version, {@code null} if it is not read yet or the file has changed
	 * since
	 */
	@Nullable DiskBackup take(String name, FileSignature signature) {
		Changed changed = this.files.get(name);
		if (changed == null || !changed.version().isRead() || !changed.signature().equals(signature)) {
			return null;
		}
		this.files.remove(name);
		return changed.version();
	}

	void remove(String name) {
		this.files.remove(name);
	}

	boolean isAny() {
		return !this.files.isEmpty();
	}

	/**
	 * Whether other changes wait for these, since several files may have been written as
	 * one. They do not wait for a file that could not be read before.
	 */
	boolean holdOthersBack() {
		return this.files.values()
			.stream()
			.anyMatch((changed) -> changed.good() && System.nanoTime() - changed.since() < PATIENCE);
	}

	/**
	 * Reads what is not read yet.
	 * @return names of the files that can be taken
	 */
	Set<String> read() {
		Map<String, Changed> files = Map.copyOf(this.files);
		files.values().forEach((changed) -> changed.version().read(changed.parsed()));
		return files.keySet();
	}

	/**
	 * A version on its way.
	 *
	 * @param version the version
	 * @param signature what the file looked like before it was read
	 * @param parsed whether the service is in use
	 * @param good whether the version before it is what the file said
	 * @param since when the file was first seen to have changed, in
	 * {@link System#nanoTime}
	 */
	private record Changed(DiskBackup version, FileSignature signature, boolean parsed, boolean good, long since) {

	}

}
