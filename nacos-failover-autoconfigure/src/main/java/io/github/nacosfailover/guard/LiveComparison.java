package io.github.nacosfailover.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.InstanceChanges;
import io.github.nacosfailover.guard.LiveServices.Live;
import io.github.nacosfailover.source.BackupRef;
import org.jspecify.annotations.Nullable;

/**
 * Compares the live instances of services with their backups before the backups stop
 * being served. Too few live instances are a reason to refuse; a few missing instances,
 * or other ones than in the backup, are a warning.
 */
final class LiveComparison {

	private static final int NAMED = 5;

	private final double minLive;

	private final List<String> few = new ArrayList<>();

	private final List<String> incomplete = new ArrayList<>();

	private final List<String> forGood = new ArrayList<>();

	private final List<String> strangers = new ArrayList<>();

	private boolean answered;

	LiveComparison(double minLive) {
		this.minLive = minLive;
	}

	/**
	 * Compares a service.
	 * @param backup its backup, which has healthy instances
	 * @param live what is live, {@code null} if that is not known
	 * @param changedForGood whether the change has lasted long enough to be intended
	 */
	void add(BackupRef backup, @Nullable Live live, boolean changedForGood) {
		int needed = backup.healthy();
		if (live == null) {
			this.few.add("%s unknown of %d".formatted(backup.key(), needed));
			return;
		}
		this.answered = true;
		long healthy = live.healthy();
		String share = "%s %d of %d".formatted(backup.key(), healthy, needed);
		if (healthy >= needed * this.minLive) {
			if (healthy < needed) {
				this.incomplete.add(share);
			}
			addStrangers(backup, live);
		}
		else if (changedForGood) {
			this.forGood.add(share);
		}
		else {
			this.few.add(share);
		}
	}

	private void addStrangers(BackupRef ref, Live live) {
		Backup backup = ref.get();
		if (backup == null) {
			return;
		}
		List<Instance> found = live.registered().stream().filter(Instance::isHealthy).toList();
		Map<String, Instance> saved = InstanceChanges.byAddress(backup.toServiceInfo().getHosts());
		long strangers = found.stream().filter((instance) -> !saved.containsKey(instance.toInetAddr())).count();
		if (strangers > 0) {
			this.strangers.add("%d of %d live instances of %s are not in its backup".formatted(strangers, found.size(),
					ref.key()));
		}
	}

	/**
	 * Whether the server has answered for none of them, and there are some.
	 */
	boolean isAllUnknown() {
		return !this.answered && !this.few.isEmpty();
	}

	List<String> refused() {
		return this.few.isEmpty() ? List.of()
				: List.of("fewer than %s of the healthy instances in the backup are live: %s"
					.formatted(NamespaceFindings.percent(this.minLive), NamespaceFindings.name(this.few)));
	}

	List<String> warnings() {
		List<String> warnings = new ArrayList<>();
		if (!this.incomplete.isEmpty()) {
			warnings.add("not all of the healthy instances in the backup are live: "
					+ NamespaceFindings.name(this.incomplete));
		}
		if (!this.forGood.isEmpty()) {
			warnings.add("services that are not in use have lost instances for good: "
					+ NamespaceFindings.name(this.forGood));
		}
		this.strangers.stream().limit(NAMED).forEach(warnings::add);
		if (this.strangers.size() > NAMED) {
			warnings.add("%d more services have live instances that are not in their backups"
				.formatted(this.strangers.size() - NAMED));
		}
		return warnings;
	}

}
