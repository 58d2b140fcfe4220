package io.github.nacosfailover.actuate.metrics;

import io.github.nacosfailover.event.BackupHeldEvent;
import io.github.nacosfailover.event.SnapshotRestoredEvent;
import io.github.nacosfailover.event.SnapshotTakenEvent;

import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;

/**
 * Counts what becomes of snapshots.
 */
public final class SnapshotMetricsListener implements ApplicationListener<PayloadApplicationEvent<?>> {

	private final NacosFailoverMetrics metrics;

	public SnapshotMetricsListener(NacosFailoverMetrics metrics) {
		this.metrics = metrics;
	}

	@Override
	public void onApplicationEvent(PayloadApplicationEvent<?> event) {
		Object payload = event.getPayload();
		if (payload instanceof SnapshotTakenEvent taken) {
			this.metrics.snapshotTaken(taken);
		}
		else if (payload instanceof SnapshotRestoredEvent restored) {
			this.metrics.snapshotRestored(restored);
		}
		else if (payload instanceof BackupHeldEvent held) {
			this.metrics.backupHeld(held);
		}
	}

}
