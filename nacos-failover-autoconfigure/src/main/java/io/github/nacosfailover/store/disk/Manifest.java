package io.github.nacosfailover.store.disk;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * All that a generation has, and how it came about from the one before. The newest
 * manifest is also the only record of which data files are ours.
 *
 * @param number its place in the order of generations, whatever the clock says
 * @param generation what is told of it, unpinned
 * @param packs the packs that have its contents
 * @param steps what was done to data files
 * @param backups its backups by service
 */
record Manifest(long number, Snapshot generation, Set<Long> packs, List<FileStep> steps,
		Map<ServiceKey, ArchivedBackup> backups) {

	/** What an archive starts from. */
	static final Manifest NONE = new Manifest(0,
			new Snapshot("", Instant.EPOCH, "", 0, 0, false, Set.of(), Set.of(), Set.of()), Set.of(), List.of(),
			Map.of());

	/**
	 * The backup of a service if it has the given content.
	 * @param key the service
	 * @param digest digest of the content
	 * @return the backup, {@code null} if this manifest has another or none
	 */
	@Nullable ArchivedBackup find(ServiceKey key, String digest) {
		ArchivedBackup backup = this.backups.get(key);
		return (backup != null && backup.has(digest)) ? backup : null;
	}

	static Set<Long> packsOf(Map<ServiceKey, ArchivedBackup> backups) {
		Set<Long> packs = new HashSet<>();
		backups.values().forEach((backup) -> packs.add(backup.content().pack()));
		return packs;
	}

}
