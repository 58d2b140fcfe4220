package io.github.nacosfailover.snapshot;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.report.SnapshotList;
import io.github.nacosfailover.report.SnapshotList.KeptBackup;
import io.github.nacosfailover.report.SnapshotList.ManualBackup;
import io.github.nacosfailover.report.SnapshotList.SnapshotStatus;
import io.github.nacosfailover.store.Snapshot;

/**
 * Lists the snapshots of several namespaces, for the API.
 */
final class SnapshotListing {

	private final List<List<SnapshotStatus>> snapshots = new ArrayList<>();

	private final List<KeptBackup> kept = new ArrayList<>();

	private final List<ManualBackup> manual = new ArrayList<>();

	void add(NamespaceSnapshots namespace) throws IOException {
		String name = namespace.namespace().name();
		Map<ServiceKey, String> kept = namespace.kept();
		Map<ServiceKey, String> unreadable = namespace.archive().unreadable();
		kept.forEach((key, reason) -> this.kept.add(new KeptBackup(name, key.toString(), reason)));
		unreadable.forEach((key, reason) -> {
			if (!kept.containsKey(key)) {
				this.kept.add(new KeptBackup(name, key.toString(), reason));
			}
		});
		for (ServiceKey key : namespace.archive().manual()) {
			if (!unreadable.containsKey(key)) {
				this.manual.add(new ManualBackup(name, key.toString()));
			}
		}
		this.snapshots
			.add(namespace.archive().snapshots().stream().map((snapshot) -> describe(name, snapshot)).toList());
	}

	private static SnapshotStatus describe(String namespace, Snapshot snapshot) {
		return new SnapshotStatus(snapshot.id(), namespace, snapshot.at(), snapshot.services(), snapshot.instances(),
				snapshot.by(), snapshot.pinned(), names(snapshot.added()), names(snapshot.changed()),
				names(snapshot.removed()));
	}

	private static List<String> names(Collection<ServiceKey> keys) {
		return keys.stream().map(ServiceKey::toString).sorted().toList();
	}

	SnapshotList get() {
		return new SnapshotList(newestFirst(), this.kept, this.manual);
	}

	/**
	 * Merge the lists of the namespaces. The order within each is kept: it is right even
	 * if a clock was set back.
	 */
	private List<SnapshotStatus> newestFirst() {
		int[] next = new int[this.snapshots.size()];
		List<SnapshotStatus> merged = new ArrayList<>();
		while (true) {
			int newest = -1;
			for (int i = 0; i < next.length; i++) {
				if (next[i] < this.snapshots.get(i).size()
						&& (newest < 0 || head(next, i).at().isAfter(head(next, newest).at()))) {
					newest = i;
				}
			}
			if (newest < 0) {
				return merged;
			}
			merged.add(head(next, newest));
			next[newest]++;
		}
	}

	private SnapshotStatus head(int[] next, int list) {
		return this.snapshots.get(list).get(next[list]);
	}

}
