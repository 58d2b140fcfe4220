package io.github.nacosfailover.guard;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.guard.LiveServices.Live;
import io.github.nacosfailover.report.SwitchPlan;
import io.github.nacosfailover.report.SwitchPlan.Loss;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.source.BackupTable;
import io.github.nacosfailover.source.SwitchStage;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * The effects of a change of the switch of a namespace, and their id: a digest of
 * everything they depend on, so that the id is the same, also in another process, if and
 * only if nothing of that has changed.
 */
final class NamespacePlan {

	private static final int ID_LENGTH = 16;

	private final String namespace;

	private final View before;

	private final View after;

	private final Set<ServiceKey> inUse;

	/** The backups that are served from then on, or not any more. */
	private final List<BackupRef> changing;

	/**
	 * Creates a new instance.
	 * @param namespace the namespace
	 * @param before the view there is
	 * @param after the view there would be
	 * @param inUse the services in use
	 */
	NamespacePlan(String namespace, View before, View after, Set<ServiceKey> inUse) {
		this.namespace = namespace;
		this.before = before;
		this.after = after;
		this.inUse = inUse;
		BackupTable other = after.isOn() ? before.served() : after.served();
		this.changing = (after.isOn() ? after : before).served()
			.all()
			.stream()
			.filter((backup) -> other.find(backup.key()) == null && backup.instances() > 0)
			.sorted((one, two) -> one.key().compareTo(two.key()))
			.toList();
	}

	/**
	 * The services whose live instances matter. Those of all services matter for
	 * switching off; switching on changes nothing for services not in use.
	 */
	Collection<ServiceKey> asked() {
		return this.changing.stream().filter(this::matters).map(BackupRef::key).toList();
	}

	private boolean matters(BackupRef backup) {
		ServiceKey key = backup.key();
		return this.after.isOn() ? this.inUse.contains(key.withoutClusters()) : backup.healthy() > 0;
	}

	/**
	 * Describes it.
	 * @param live what is live of a service, {@code null} if that is not known
	 * @param reachable which instances accept connections, by address, {@code null} if
	 * nobody has tried
	 * @return the plan
	 */
	SwitchPlan describe(Function<ServiceKey, @Nullable Live> live, @Nullable Map<String, Boolean> reachable) {
		List<String> missing = missing();
		List<Loss> losing = new ArrayList<>();
		StringBuilder basis = basis(missing);
		for (BackupRef backup : this.changing) {
			if (matters(backup)) {
				Live found = live.apply(backup.key());
				Integer healthy = (found != null) ? (Integer) (int) found.healthy() : null;
				basis.append("live ").append(backup.key()).append(' ').append(healthy).append('\n');
				addLoss(losing, backup, healthy);
			}
		}
		String id = BackupFormat.digest(basis.toString().getBytes(StandardCharsets.UTF_8)).substring(0, ID_LENGTH);
		return new SwitchPlan(id, this.changing.stream().map((backup) -> backup.key().toString()).toList(), missing,
				losing, (reachable != null) ? unreachable(reachable) : null, age(true), age(false));
	}

	private void addLoss(List<Loss> losing, BackupRef backup, @Nullable Integer healthy) {
		String service = backup.key().toString();
		if (!this.after.isOn()) {
			if (healthy == null || healthy < backup.healthy()) {
				losing.add(new Loss(service, backup.healthy(), healthy));
			}
		}
		else if (healthy != null && healthy > backup.healthy()) {
			losing.add(new Loss(service, healthy, backup.healthy()));
		}
	}

	private List<String> missing() {
		return !this.after.isOn() ? List.of() : new TreeSet<>(this.inUse).stream().filter((key) -> {
			BackupRef backup = this.after.served().find(key);
			return this.after.isOn(key) && (backup == null || backup.instances() == 0);
		}).map(ServiceKey::toString).toList();
	}

	/** Everything but the live instances. */
	private StringBuilder basis(List<String> missing) {
		SwitchState state = this.before.failoverSwitch();
		StringBuilder basis = new StringBuilder();
		for (Object part : new Object[] { this.namespace, this.after.isOn(), this.before.activeSource().name(),
				state.plain(), stage(state), new TreeMap<>(state.exceptions()), this.before.patterns().include(),
				this.before.patterns().exclude(), missing }) {
			basis.append(part).append('\n');
		}
		List<BackupRef> backups = new ArrayList<>(this.before.backups().all());
		backups.sort((one, two) -> one.key().compareTo(two.key()));
		backups.forEach((backup) -> basis.append(backup.key()).append(' ').append(backup.contentDigest()).append('\n'));
		return basis;
	}

	private static String stage(SwitchState state) {
		SwitchStage stage = state.runningStage();
		return (stage != null) ? stage.id() : "";
	}

	private Map<String, List<String>> unreachable(Map<String, Boolean> reachable) {
		Map<String, List<String>> unreachable = new TreeMap<>();
		if (this.after.isOn()) {
			for (BackupRef ref : this.changing) {
				Backup backup = matters(ref) ? ref.get() : null;
				List<String> dead = (backup == null) ? List.of()
						: backup.toServiceInfo()
							.getHosts()
							.stream()
							.map(Instance::toInetAddr)
							.filter((address) -> Boolean.FALSE.equals(reachable.get(address)))
							.distinct()
							.toList();
				if (!dead.isEmpty()) {
					unreachable.put(ref.key().toString(), dead);
				}
			}
		}
		return unreachable;
	}

	private @Nullable Duration age(boolean oldest) {
		Instant found = null;
		for (BackupRef backup : this.changing) {
			Instant modified = backup.modified();
			if (modified != null && (found == null || modified.isBefore(found) == oldest)) {
				found = modified;
			}
		}
		return (found != null) ? Duration.between(found, Instant.now()) : null;
	}

}
