package io.github.nacosfailover.guard;

import io.github.nacosfailover.engine.ServerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.InstanceChanges;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServerStatus;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.guard.LiveServices.Live;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.source.BackupTable;
import io.github.nacosfailover.source.Problem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what is served in a namespace with what is live, a few services at a time, and
 * logs what differs more and more or has been served for long: once per service, in few
 * lines. Used by one thread at a time; the problems may be read by any thread.
 */
final class ServedWatch {

	private static final Logger logger = LoggerFactory.getLogger(ServedWatch.class);

	/** So many questions are no burden for the server, though many processes ask. */
	private static final int SERVICES_PER_LOOK = 100;

	private static final Duration LONG = Duration.ofHours(24);

	private static final Duration REPORT_EVERY = Duration.ofMinutes(10);

	private final FailoverNamespace namespace;

	private final LiveServices liveServices;

	private final SettledLosses settled;

	/** Services that are served, and when that was first seen. */
	private final Map<ServiceKey, Instant> servedSince = new HashMap<>();

	private final List<ServiceKey> next = new ArrayList<>();

	private final Set<ServiceKey> unreported = new TreeSet<>();

	/** Services that differed at the last look: one look may meet a server that fills. */
	private final Set<ServiceKey> suspected = new HashSet<>();

	/** Services of which it was said that they differ, since they are served. */
	private final Set<ServiceKey> announced = new HashSet<>();

	private volatile Set<ServiceKey> different = Set.of();

	private volatile Set<ServiceKey> servedForLong = Set.of();

	private @Nullable Long reportedAt;

	ServedWatch(FailoverNamespace namespace, LiveServices liveServices, SettledLosses settled) {
		this.namespace = namespace;
		this.liveServices = liveServices;
		this.settled = settled;
		namespace.addProblems(this::problems);
	}

	/**
	 * Looks at some of the services that are served.
	 */
	synchronized void look() {
		View view = this.namespace.view();
		noteServed(view);
		if (this.servedSince.isEmpty()) {
			this.settled.startAgain();
			return;
		}
		findServedForLong(view);
		if (this.namespace.serverStatus() != ServerStatus.UP) {
			this.settled.startAgain();
			return;
		}
		Collection<ServiceKey> some = takeSome();
		Map<ServiceKey, Live> live = this.liveServices.ask(this.namespace, some);
		if (this.namespace.serverStatus() != ServerStatus.UP) {
			// What was answered last may be what a server said that was going down.
			this.settled.startAgain();
			return;
		}
		long now = System.nanoTime();
		for (ServiceKey key : some) {
			Live found = live.get(key);
			this.settled.looked(key, (found != null) ? (int) found.healthy() : null, now);
			BackupRef backup = view.served().find(key);
			if (backup != null && found != null) {
				compare(backup, found);
			}
		}
		report();
	}

	private void noteServed(View view) {
		Set<ServiceKey> served = new HashSet<>();
		for (BackupRef backup : view.served().all()) {
			if (backup.key().clusters() == null) {
				served.add(backup.key());
			}
		}
		this.servedSince.keySet().retainAll(served);
		served.forEach((key) -> this.servedSince.putIfAbsent(key, Instant.now()));
		this.settled.retain(served);
		this.unreported.retainAll(served);
		this.suspected.retainAll(served);
		this.announced.retainAll(served);
		this.different = retain(this.different, served);
		this.servedForLong = retain(this.servedForLong, served);
	}

	private static Set<ServiceKey> retain(Set<ServiceKey> some, Set<ServiceKey> served) {
		Set<ServiceKey> retained = new TreeSet<>(some);
		return retained.retainAll(served) ? retained : some;
	}

	private void findServedForLong(View view) {
		Instant limit = Instant.now().minus(LONG);
		Instant at = view.failoverSwitch().at();
		boolean allForLong = view.isOn() && at != null && at.isBefore(limit);
		Set<ServiceKey> found = new TreeSet<>();
		this.servedSince.forEach((key, since) -> {
			boolean byItself = view.failoverSwitch().exceptions().containsKey(key);
			if (since.isBefore(limit) || (allForLong && !byItself)) {
				found.add(key);
			}
		});
		if (this.servedForLong.isEmpty() && !found.isEmpty()) {
			logger.warn("Failover of namespace '{}': {}", this.namespace.name(), longMessage(found));
		}
		this.servedForLong = found;
	}

	private Collection<ServiceKey> takeSome() {
		if (this.next.isEmpty()) {
			this.next.addAll(this.servedSince.keySet());
		}
		List<ServiceKey> some = this.next.subList(0, Math.min(SERVICES_PER_LOOK, this.next.size()));
		List<ServiceKey> taken = some.stream().filter(this.servedSince::containsKey).toList();
		some.clear();
		return taken;
	}

	private void compare(BackupRef ref, Live live) {
		Backup backup = ref.get();
		if (backup == null) {
			return;
		}
		ServiceKey key = ref.key();
		if (!differ(backup, live)) {
			this.suspected.remove(key);
			this.unreported.remove(key);
			change((different) -> different.remove(key));
		}
		else if (!this.suspected.add(key)) {
			change((different) -> different.add(key));
			if (this.announced.add(key)) {
				this.unreported.add(key);
			}
		}
	}

	private static boolean differ(Backup backup, Live live) {
		Map<String, Instance> saved = InstanceChanges.byAddress(backup.toServiceInfo().getHosts());
		InstanceChanges changes = InstanceChanges.ofAddresses(saved.values(), live.registered());
		return !saved.isEmpty() && 2 * Math.max(changes.removed().size(), changes.added().size()) >= saved.size();
	}

	private void change(Predicate<Set<ServiceKey>> change) {
		Set<ServiceKey> different = new TreeSet<>(this.different);
		if (change.test(different)) {
			this.different = different;
		}
	}

	private void report() {
		Long reportedAt = this.reportedAt;
		long now = System.nanoTime();
		if (!this.unreported.isEmpty() && (reportedAt == null || now - reportedAt > REPORT_EVERY.toNanos())) {
			logger.warn("Failover of namespace '{}': {}", this.namespace.name(), differenceMessage(this.unreported));
			this.unreported.clear();
			this.reportedAt = now;
		}
	}

	private List<Problem> problems() {
		List<Problem> problems = new ArrayList<>();
		Set<ServiceKey> different = stillServed(this.different);
		if (!different.isEmpty()) {
			problems.add(new Problem(location(), differenceMessage(different)));
		}
		Set<ServiceKey> servedForLong = stillServed(this.servedForLong);
		if (!servedForLong.isEmpty()) {
			problems.add(new Problem(location(), longMessage(servedForLong)));
		}
		return problems;
	}

	/** The switch may have been turned off since the last look. */
	private Set<ServiceKey> stillServed(Set<ServiceKey> keys) {
		if (keys.isEmpty()) {
			return keys;
		}
		BackupTable served = this.namespace.view().served();
		return keys.stream().filter((key) -> served.find(key) != null).collect(Collectors.toCollection(TreeSet::new));
	}

	private String location() {
		return "namespace '%s'".formatted(this.namespace.name());
	}

	private static String differenceMessage(Set<ServiceKey> keys) {
		return ("the backups that are served differ from what the server has by half of their instances or more: %s; "
				+ "see the preflight, and switch off as soon as it allows that")
			.formatted(NamespaceFindings.name(keys));
	}

	private static String longMessage(Set<ServiceKey> keys) {
		return "backups have been served for more than %d h: %s; switch off as soon as the preflight allows that"
			.formatted(LONG.toHours(), NamespaceFindings.name(keys));
	}

}
