package io.github.nacosfailover.store.disk;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Data files that are missing. They have vanished until it is decided whether they were
 * deleted or lost. Changed under the lock of the {@link DiskStore}, read by any thread,
 * but for {@link #lastVanished()}.
 */
final class MissingFiles {

	private final Set<String> vanished = ConcurrentHashMap.newKeySet();

	private final Map<String, LostFile> lost = new ConcurrentSkipListMap<>();

	private long lastVanished;

	/**
	 * Whether a file has vanished or is lost.
	 */
	boolean has(String name) {
		return this.vanished.contains(name) || this.lost.containsKey(name);
	}

	boolean isLost(String name) {
		return this.lost.containsKey(name);
	}

	boolean hasVanished(String name) {
		return this.vanished.contains(name);
	}

	/**
	 * Whether there are missing files that are neither deleted nor lost yet.
	 */
	boolean haveVanished() {
		return !this.vanished.isEmpty();
	}

	/**
	 * The names of the files that have vanished.
	 * @return their names as of now
	 */
	List<String> vanished() {
		return List.copyOf(this.vanished);
	}

	/**
	 * When the last of them was seen to be gone, in {@link System#nanoTime}.
	 * @return the time
	 */
	long lastVanished() {
		return this.lastVanished;
	}

	/**
	 * Records that a file is not there.
	 * @return whether that is new
	 */
	boolean vanish(String name) {
		boolean added = this.vanished.add(name);
		if (added) {
			this.lastVanished = System.nanoTime();
		}
		return added;
	}

	/**
	 * Marks a missing file as lost.
	 */
	void lose(String name, LostFile file) {
		this.vanished.remove(name);
		this.lost.put(name, file);
	}

	/**
	 * Records that a file is there, or is not missed any more.
	 * @return whether it was missing
	 */
	boolean isBack(String name) {
		return this.vanished.remove(name) | this.lost.remove(name) != null;
	}

	/**
	 * What is gone without having been deleted.
	 * @return the files as of now
	 */
	List<LostFile> lost() {
		return List.copyOf(this.lost.values());
	}

	/**
	 * The names of lost files.
	 * @param files the files
	 * @return the names of those that are still lost
	 */
	List<String> names(Collection<LostFile> files) {
		return this.lost.entrySet()
			.stream()
			.filter((entry) -> files.contains(entry.getValue()))
			.map(Map.Entry::getKey)
			.toList();
	}

}
