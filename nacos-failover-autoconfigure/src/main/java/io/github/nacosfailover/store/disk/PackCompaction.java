package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.document.Compression;

/**
 * Keeps a new generation from holding on to packs for the sake of little: what it has in
 * a pack that is mostly outdated, or in one of many small packs, is written again.
 */
final class PackCompaction {

	/** A pack stays in use if this part of it is. */
	private static final int USED_PART = 4;

	private static final int MAX_PACKS = 32;

	private static final int PACKS_AFTER_MERGE = 8;

	private final Generations generations;

	private final PackReader packs;

	PackCompaction(Generations generations, PackReader packs) {
		this.generations = generations;
		this.packs = packs;
	}

	/**
	 * Moves contents into the new pack.
	 * @param backups the backups of the new generation, which are changed
	 * @param pack its pack
	 * @throws IOException if packs cannot be read
	 */
	void moveFromSparsePacks(Map<ServiceKey, ArchivedBackup> backups, ContentPack pack) throws IOException {
		Set<Long> sparse = findSparse(backups, pack);
		if (sparse.isEmpty()) {
			return;
		}
		for (Map.Entry<ServiceKey, ArchivedBackup> entry : backups.entrySet()) {
			ArchivedBackup backup = entry.getValue();
			if (sparse.contains(backup.content().pack())) {
				try {
					byte[] content = this.packs.read(backup);
					entry.setValue(new ArchivedBackup(backup.saved(), backup.manual(),
							pack.add(Compression.compressOne(content))));
				}
				catch (DamagedFileException ex) {
					// Moved or not, it cannot be brought back; that is told when it is
					// tried.
				}
			}
		}
	}

	private Set<Long> findSparse(Map<ServiceKey, ArchivedBackup> backups, ContentPack pack) throws IOException {
		Map<Long, Long> used = new HashMap<>();
		backups.values()
			.forEach((backup) -> used.merge(backup.content().pack(), (long) backup.content().length(), Long::sum));
		used.remove(pack.number());
		Set<Long> sparse = new HashSet<>();
		for (Map.Entry<Long, Long> entry : used.entrySet()) {
			if (Files.exists(this.generations.pack(entry.getKey()))
					&& entry.getValue() * USED_PART < Files.size(this.generations.pack(entry.getKey()))) {
				sparse.add(entry.getKey());
			}
		}
		if (used.size() - sparse.size() > MAX_PACKS) {
			List<Long> bySize = new ArrayList<>(used.keySet());
			bySize.sort(Comparator.comparing(used::get));
			sparse.addAll(bySize.subList(0, bySize.size() - PACKS_AFTER_MERGE));
		}
		return sparse;
	}

}
