package io.github.nacosfailover.snapshot;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.report.SnapshotContent;
import io.github.nacosfailover.report.SnapshotContent.Comparison;
import io.github.nacosfailover.report.SnapshotContent.ServiceContent;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.store.SavedBackup;
import org.jspecify.annotations.Nullable;

/**
 * Compares a snapshot with the backups that there are, and with what is live.
 */
final class SnapshotComparison {

	private final String id;

	private final Map<String, Map<String, ServiceContent>> namespaces = new TreeMap<>();

	private final long end;

	/**
	 * Creates a comparison.
	 * @param id the snapshot
	 * @param patience for how long to ask for live instances. A client queries the server
	 * for each service that it is not subscribed to, which takes 0.4 s while the server
	 * is down.
	 */
	SnapshotComparison(String id, Duration patience) {
		this.id = id;
		this.end = System.nanoTime() + patience.toNanos();
	}

	void add(NamespaceSnapshots snapshots) throws IOException {
		Map<ServiceKey, SavedBackup> content = snapshots.archive().services(this.id);
		Map<ServiceKey, SavedBackup> present = snapshots.archive().saved();
		TreeSet<ServiceKey> keys = new TreeSet<>(content.keySet());
		snapshots.namespace().view().backups().all().forEach((backup) -> keys.add(backup.key()));
		Map<String, ServiceContent> services = new TreeMap<>();
		for (ServiceKey key : keys) {
			services.put(key.toString(), describe(snapshots, key, content.get(key), present.get(key)));
		}
		this.namespaces.put(snapshots.namespace().name(), services);
	}

	private ServiceContent describe(NamespaceSnapshots snapshots, ServiceKey key, @Nullable SavedBackup content,
			@Nullable SavedBackup present) {
		BackupRef backup = snapshots.namespace().view().backups().find(key);
		List<Instance> live = (System.nanoTime() < this.end) ? snapshots.namespace().live(key) : null;
		Integer healthy = (live != null) ? (Integer) (int) live.stream().filter(Instance::isHealthy).count() : null;
		return new ServiceContent((content != null) ? content.instances() : null,
				(content != null) ? content.healthy() : null, (backup != null) ? backup.instances() : null, healthy,
				compare(content, present, backup));
	}

	/** A backup that is not of this archive was edited manually, and is another one. */
	private static Comparison compare(@Nullable SavedBackup content, @Nullable SavedBackup present,
			@Nullable BackupRef backup) {
		if (content == null) {
			return Comparison.ADDED;
		}
		if (backup == null) {
			return Comparison.MISSING;
		}
		return (present != null && present.digest().equals(content.digest())) ? Comparison.SAME : Comparison.CHANGED;
	}

	SnapshotContent get() {
		return new SnapshotContent(this.id, this.namespaces);
	}

}
