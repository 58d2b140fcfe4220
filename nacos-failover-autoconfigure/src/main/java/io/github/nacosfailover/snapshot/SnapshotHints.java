package io.github.nacosfailover.snapshot;

import java.util.function.Function;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverListener;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.View;
import org.jspecify.annotations.Nullable;

/**
 * Queues services to check. Called by queries, so it must not block.
 */
final class SnapshotHints implements FailoverListener {

	private final Function<FailoverNamespace, @Nullable NamespaceSnapshots> known;

	private final Function<FailoverNamespace, @Nullable NamespaceSnapshots> opened;

	private final Runnable wake;

	/**
	 * Creates a new instance.
	 * @param known returns the snapshots of a namespace, {@code null} if it has none yet
	 * @param opened returns them as well, and creates them if the store keeps snapshots
	 * @param wake wakes the thread that takes snapshots
	 */
	SnapshotHints(Function<FailoverNamespace, @Nullable NamespaceSnapshots> known,
			Function<FailoverNamespace, @Nullable NamespaceSnapshots> opened, Runnable wake) {
		this.known = known;
		this.opened = opened;
		this.wake = wake;
	}

	@Override
	public void viewChanged(FailoverNamespace namespace, View before, View after) {
		NamespaceSnapshots snapshots = this.known.apply(namespace);
		if (snapshots != null && (before.served() != after.served() || before.backups().size() > after.backups().size()
				|| !before.answers().keys().equals(after.answers().keys()))) {
			snapshots.servedChanged(
					before.answers().keys().stream().filter((key) -> after.answers().find(key) == null).toList());
			this.wake.run();
		}
	}

	@Override
	public void serviceUsed(FailoverNamespace namespace, ServiceKey key) {
		NamespaceSnapshots snapshots = this.known.apply(namespace);
		// Without snapshots of its own, the namespace is new: the thread creates them,
		// with the services in use, since a query must not wait for that.
		if (snapshots == null || snapshots.hint(key, false)) {
			this.wake.run();
		}
	}

	@Override
	public void liveChanged(FailoverNamespace namespace, ServiceKey key) {
		NamespaceSnapshots snapshots = this.opened.apply(namespace);
		if (snapshots != null && snapshots.hint(key, true)) {
			this.wake.run();
		}
	}

}
