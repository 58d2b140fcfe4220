package io.github.nacosfailover.actuate.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServiceUsage;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.event.BackupHeldEvent;
import io.github.nacosfailover.event.SnapshotRestoredEvent;
import io.github.nacosfailover.event.SnapshotTakenEvent;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.source.BackupRef;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Meters of failover. Services come into being with the first query, and so do their
 * meters.
 */
public final class NacosFailoverMetrics extends NamespaceMeters {

	private final int maxServices;

	private final Set<String> services = ConcurrentHashMap.newKeySet();

	/**
	 * Creates the meters.
	 * @param engine the engine
	 * @param maxServices how many services have meters of their own, 0 for none
	 */
	public NacosFailoverMetrics(FailoverEngine engine, int maxServices) {
		super(engine);
		this.maxServices = maxServices;
		engine.addListener(this);
	}

	@Override
	public void serviceUsed(FailoverNamespace namespace, ServiceKey key) {
		ServiceUsage usage = namespace.usageIfAny(key);
		// Names that outsiders make up must not take the place of services.
		if (usage != null && usage.isKnown() && isCounted(namespace, key)) {
			registries().forEach((registry) -> bind(registry, namespace, key));
		}
	}

	private boolean isCounted(FailoverNamespace namespace, ServiceKey key) {
		String name = namespace.name() + "/" + key;
		return this.services.contains(name) || (this.services.size() < this.maxServices && this.services.add(name));
	}

	@Override
	void bind(MeterRegistry registry, FailoverNamespace namespace) {
		gauge(registry, namespace, "enabled", "Whether failover is on", (it) -> it.view().isOn() ? 1 : 0);
		gauge(registry, namespace, "overdue", "Whether failover is on for longer than it was to be",
				(it) -> engine().rules().isOverdue(it.view()) ? 1 : 0);
		gauge(registry, namespace, "services.served", "Services that are answered from their backups",
				(it) -> it.view().served().size());
		gauge(registry, namespace, "services.in.use", "Services that were asked for", (it) -> it.used().size());
		gauge(registry, namespace, "services.missing", "Services in use that have no backup",
				(it) -> it.missing().size());
		gauge(registry, namespace, "backups", "Services that have a backup", (it) -> it.view().backups().size());
		gauge(registry, namespace, "backup.instances", "Instances in the backups",
				(it) -> it.view().backups().all().stream().mapToInt(BackupRef::instances).sum());
		gauge(registry, namespace, "problems", "What an operator should put right", (it) -> it.problems().size());
		age(registry, namespace, "backup.age", "Age of the oldest backup of a service in use",
				NacosFailoverMetrics::oldestBackupInUse);
		queries(registry, namespace, "backup", ServiceUsage::fromBackup);
		queries(registry, namespace, "live", ServiceUsage::fromLive);
		namespace.used().forEach((key) -> {
			if (isCounted(namespace, key)) {
				bind(registry, namespace, key);
			}
		});
	}

	private static double oldestBackupInUse(FailoverNamespace namespace) {
		View view = namespace.view();
		Instant now = Instant.now();
		return namespace.used()
			.stream()
			.map((key) -> view.backups().find(key))
			.filter(Objects::nonNull)
			.map(BackupRef::modified)
			.filter(Objects::nonNull)
			.mapToDouble((modified) -> Duration.between(modified, now).toMillis() / 1000.0)
			.max()
			.orElse(Double.NaN);
	}

	private static void queries(MeterRegistry registry, FailoverNamespace namespace, String from,
			ToDoubleFunction<ServiceUsage> count) {
		FunctionCounter
			.builder(PREFIX + "queries", namespace,
					(it) -> it.used().stream().map(it::usageIfAny).filter(Objects::nonNull).mapToDouble(count).sum())
			.description("Queries by what they were answered from")
			.tag(NAMESPACE, namespace.name())
			.tag("from", from)
			.register(registry);
	}

	private static void bind(MeterRegistry registry, FailoverNamespace namespace, ServiceKey key) {
		ServiceUsage usage = namespace.usageIfAny(key);
		if (usage == null) {
			return;
		}
		serviceQueries(registry, namespace, key, usage, "backup", ServiceUsage::fromBackup);
		serviceQueries(registry, namespace, key, usage, "live", ServiceUsage::fromLive);
	}

	private static void serviceQueries(MeterRegistry registry, FailoverNamespace namespace, ServiceKey key,
			ServiceUsage usage, String from, ToDoubleFunction<ServiceUsage> count) {
		FunctionCounter.builder(PREFIX + "service.queries", usage, count)
			.description("Queries for a service by what they were answered from")
			.tag(NAMESPACE, namespace.name())
			.tag("service", key.toString())
			.tag("from", from)
			.register(registry);
	}

	@Override
	public void switchChanged(FailoverNamespace namespace, SwitchChangedEvent change, @Nullable Duration took) {
		for (MeterRegistry registry : registries()) {
			registry
				.counter(PREFIX + "switches", NAMESPACE, namespace.name(), "origin", change.origin().toString(),
						"outcome", change.outcome().toString())
				.increment();
			if (took != null) {
				Timer.builder(PREFIX + "switch.time")
					.description("Time until queries saw a change of the switch")
					.tag(NAMESPACE, namespace.name())
					.register(registry)
					.record(took);
			}
		}
	}

	/**
	 * Counts a snapshot.
	 * @param event what was taken
	 */
	public void snapshotTaken(SnapshotTakenEvent event) {
		count("snapshots", event.namespace(), "taken");
	}

	/**
	 * Counts a snapshot that was brought back.
	 * @param event what was restored
	 */
	public void snapshotRestored(SnapshotRestoredEvent event) {
		count("snapshots", event.namespace(), "restored");
	}

	/**
	 * Counts a backup that is held.
	 * @param event what is held
	 */
	public void backupHeld(BackupHeldEvent event) {
		count("snapshots", event.namespace(), "held");
	}

	private void count(String name, String namespace, String result) {
		registries()
			.forEach((registry) -> registry.counter(PREFIX + name, NAMESPACE, namespace, "result", result).increment());
	}

}
