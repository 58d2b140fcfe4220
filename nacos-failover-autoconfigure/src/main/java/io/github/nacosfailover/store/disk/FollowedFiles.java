package io.github.nacosfailover.store.disk;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tracks which data files are looked at without a notification of the file system, and
 * which are not read again in spite of one. Used under the lock of the {@link DiskStore}.
 */
final class FollowedFiles {

	/** Files whose changes the file system does not report. */
	private final Set<String> unreported = new HashSet<>();

	/** When a file that has just changed can be told from one that changes again. */
	private final Map<String, Instant> settling = new HashMap<>();

	/**
	 * Written by the starter so long before they were moved that any change is detected.
	 */
	private final Set<String> certain = new HashSet<>();

	/** Files that have changed and are to be read. */
	private final ChangedFiles changed;

	FollowedFiles(ChangedFiles changed) {
		this.changed = changed;
	}

	void unreported(String name) {
		this.unreported.add(name);
	}

	void forgetUnreported() {
		this.unreported.clear();
	}

	List<String> unreported() {
		return List.copyOf(this.unreported);
	}

	/**
	 * Follows a file until a further change would be detected.
	 * @param name name of the file
	 * @param signature what it looks like
	 * @param now the time
	 */
	void settle(String name, FileSignature signature, Instant now) {
		Instant settles = signature.settledAt(now);
		if (settles != null) {
			this.settling.put(name, settles);
		}
	}

	/**
	 * Records that a file is read again, which is the last time if it has settled.
	 */
	void readAgain(String name, Instant now) {
		Instant settles = this.settling.get(name);
		if (settles != null && now.isAfter(settles)) {
			this.settling.remove(name);
		}
	}

	boolean isSettling(String name) {
		return this.settling.containsKey(name);
	}

	boolean isAnySettling() {
		return !this.settling.isEmpty();
	}

	/**
	 * Adds files that have settled.
	 * @param names where to add their names
	 * @param now the time
	 */
	void addSettled(Collection<String> names, Instant now) {
		this.settling.forEach((name, at) -> {
			if (now.isAfter(at)) {
				names.add(name);
			}
		});
	}

	void certain(String name) {
		this.certain.add(name);
	}

	void uncertain(String name) {
		this.certain.remove(name);
	}

	boolean isCertain(String name) {
		return this.certain.contains(name);
	}

	/** Follows a file no longer. */
	void stop(String name) {
		this.unreported.remove(name);
		this.settling.remove(name);
		this.certain.remove(name);
		this.changed.remove(name);
	}

}
