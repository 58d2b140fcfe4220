package io.github.nacosfailover.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverListener;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.SwitchEnd;
import io.github.nacosfailover.engine.SwitchObstacle;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.event.SwitchAction;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.report.FailoverStatus.WhenSafeStatus;
import io.github.nacosfailover.request.SwitchScope;
import io.github.nacosfailover.request.WhenSafeRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways back that are armed, one for each namespace at most: by operators, or by a
 * switch that is overdue. Each is carried out as soon as {@link SafeEnd} has no
 * objection, and dropped when its time is over or the switch was changed. Carried out by
 * one thread.
 */
final class WaysBack implements FailoverListener {

	private static final Logger logger = LoggerFactory.getLogger(WaysBack.class);

	private final FailoverEngine engine;

	private final LeaseTimes times;

	private final Map<FailoverNamespace, WayBack> armed = new ConcurrentHashMap<>();

	private final Map<FailoverNamespace, SafeEnd> ends = new ConcurrentHashMap<>();

	WaysBack(FailoverEngine engine, LeaseTimes times) {
		this.engine = engine;
		this.times = times;
		engine.addListener(this);
	}

	SafeEnd end(FailoverNamespace namespace) {
		return this.ends.computeIfAbsent(namespace, (key) -> new SafeEnd(key, this.engine.rules().guard(), this.times));
	}

	/**
	 * Arms what an operator asks for, in all its namespaces or in none.
	 * @param request the request
	 * @throws FailoverRefusedException if there is nothing to go back from
	 */
	void arm(WhenSafeRequest request) {
		Collection<FailoverNamespace> targets = this.engine.namespaces(request.namespace());
		List<String> reasons = new ArrayList<>();
		Map<FailoverNamespace, Set<ServiceKey>> ways = request.services().isEmpty() ? switched(targets, reasons)
				: services(request.services(), targets, reasons);
		for (FailoverNamespace namespace : ways.keySet()) {
			String obstacle = SwitchObstacle.of(namespace, SwitchScope.ALL);
			if (obstacle != null) {
				reasons.add("namespace '%s': %s".formatted(namespace.name(), obstacle));
			}
		}
		if (!reasons.isEmpty()) {
			throw new FailoverRefusedException(reasons);
		}
		ways.forEach((namespace, services) -> arm(namespace, WayBack.of(request, namespace.view(), services)));
	}

	private static Map<FailoverNamespace, Set<ServiceKey>> switched(Collection<FailoverNamespace> targets,
			List<String> reasons) {
		Map<FailoverNamespace, Set<ServiceKey>> ways = new LinkedHashMap<>();
		targets.stream()
			.filter((namespace) -> namespace.view().isOn())
			.forEach((namespace) -> ways.put(namespace, Set.of()));
		if (ways.isEmpty()) {
			reasons.add("failover is not on, so there is no way back; services that are on by themselves are named in "
					+ "'services'");
		}
		return ways;
	}

	private static Map<FailoverNamespace, Set<ServiceKey>> services(List<String> names,
			Collection<FailoverNamespace> targets, List<String> reasons) {
		Map<FailoverNamespace, Set<ServiceKey>> ways = new LinkedHashMap<>();
		for (String name : names) {
			ServiceKey key = ServiceKey.parseLenient(name).withoutClusters();
			List<FailoverNamespace> on = targets.stream()
				.filter((namespace) -> isOnByItself(namespace.view(), key))
				.toList();
			if (on.isEmpty()) {
				reasons.add("%s is not on by itself, so there is no way back for it alone".formatted(key));
			}
			on.forEach((namespace) -> ways.computeIfAbsent(namespace, (first) -> new TreeSet<>()).add(key));
		}
		return ways;
	}

	private static boolean isOnByItself(View view, ServiceKey service) {
		return Boolean.TRUE.equals(view.failoverSwitch().exceptions().get(service));
	}

	private void arm(FailoverNamespace namespace, WayBack way) {
		namespace.reports().setWhenSafe(() -> describe(namespace));
		WayBack before = this.armed.put(namespace, way);
		if (before != null) {
			record(namespace, before, "cancelled: another one has taken its place");
		}
		record(namespace, way, way.isOfServices() ? "armed for " + NamespaceFindings.name(way.services()) : "armed");
	}

	/**
	 * Arms the way back from a switch that is overdue, unless an operator has armed one.
	 * @param namespace the namespace
	 * @param view its view
	 * @param end when it should have ended
	 */
	void armForLease(FailoverNamespace namespace, View view, Instant end) {
		if (this.armed.get(namespace) == null) {
			end(namespace).startAgain();
			arm(namespace, WayBack.ofLease(view, end));
		}
	}

	/** Forgets a way back from a switch that is not overdue any more. */
	void disarmLease(FailoverNamespace namespace) {
		WayBack way = this.armed.get(namespace);
		if (way != null && way.isOfLease()) {
			this.armed.remove(namespace, way);
		}
		end(namespace).startAgain();
	}

	private @Nullable WhenSafeStatus describe(FailoverNamespace namespace) {
		WayBack way = this.armed.get(namespace);
		return (way != null) ? way.describe() : null;
	}

	/**
	 * What the way back of a namespace waits for.
	 * @return the reasons, {@code null} if none is armed
	 */
	@Nullable List<String> waitingFor(FailoverNamespace namespace) {
		WayBack way = this.armed.get(namespace);
		return (way != null) ? way.waitingFor() : null;
	}

	/**
	 * Looks whether the way back of a namespace can be gone now, and goes it.
	 * @param namespace the namespace
	 */
	void look(FailoverNamespace namespace) {
		WayBack way = this.armed.get(namespace);
		if (way == null) {
			return;
		}
		View view = namespace.view();
		String over = over(way, view);
		if (over != null) {
			finish(namespace, way, over);
		}
		else if (way.isTimeToTry(this.times.tryEvery())) {
			if (way.isOfServices()) {
				goBackWithServices(namespace, way);
			}
			else {
				goBack(namespace, way, view);
			}
		}
	}

	/** Why a way back is of no use any more, {@code null} if it is. */
	private static @Nullable String over(WayBack way, View view) {
		if (way.isOfServices()) {
			way.services().stream().filter((key) -> !isOnByItself(view, key)).forEach(way::drop);
			if (way.services().isEmpty()) {
				return "cancelled: the services are not on by themselves any more";
			}
		}
		if (!way.leadsFrom(view)) {
			String by = view.failoverSwitch().by();
			return "cancelled: switched %s by %s".formatted(view.isOn() ? "on" : "off", (by != null) ? by : "file");
		}
		return way.hasExpired() ? "expired, waiting for: " + String.join("; ", way.waitingFor()) : null;
	}

	private void goBack(FailoverNamespace namespace, WayBack way, View view) {
		SafeEnd end = end(namespace);
		List<String> open = way.isOfLease() ? end.hindrances(view)
				: end.findings(view, view.with(SafeEnd.off(view)), way.looks(null));
		way.waitFor(open.isEmpty() ? carryOut(namespace, way, null, Boolean.FALSE) : open);
		if (way.waitingFor().isEmpty()) {
			finish(namespace, way, "carried out");
		}
	}

	private void goBackWithServices(FailoverNamespace namespace, WayBack way) {
		Set<String> open = new LinkedHashSet<>();
		for (ServiceKey service : way.services()) {
			View view = namespace.view();
			Boolean after = WayBack.after(view, service);
			List<String> ofService = end(namespace).findings(view, view.with(WayBack.except(view, service, after)),
					way.looks(service));
			if (ofService.isEmpty()) {
				ofService = carryOut(namespace, way, service, after);
			}
			if (ofService.isEmpty()) {
				way.drop(service);
			}
			open.addAll(ofService);
		}
		way.waitFor(List.copyOf(open));
		if (way.services().isEmpty()) {
			finish(namespace, way, "carried out");
		}
	}

	/** Goes back, and tells why that was not possible. */
	private List<String> carryOut(FailoverNamespace namespace, WayBack way, @Nullable ServiceKey service,
			@Nullable Boolean after) {
		way.setGoer(Thread.currentThread());
		try {
			this.engine.end(namespace, () -> objection(namespace, way, service),
					new SwitchEnd(service, after, way.by(), way.reason(), way.origin(), !way.isOfLease()));
			return List.of();
		}
		catch (FailoverRefusedException ex) {
			return List.of("it could not be switched off: " + ex.getMessage());
		}
		finally {
			way.setGoer(null);
		}
	}

	private @Nullable String objection(FailoverNamespace namespace, WayBack way, @Nullable ServiceKey service) {
		View view = namespace.view();
		if (this.armed.get(namespace) != way || !way.leadsFrom(view)
				|| (service != null && !isOnByItself(view, service))) {
			return "it was switched in the meantime";
		}
		return way.hasExpired() ? "its time is over" : null;
	}

	private void finish(FailoverNamespace namespace, WayBack way, String detail) {
		if (this.armed.remove(namespace, way)) {
			record(namespace, way, detail);
		}
	}

	/** A lease that ends is in the history as what it is: a change of the switch. */
	private void record(FailoverNamespace namespace, WayBack way, String detail) {
		if (way.isOfLease()) {
			return;
		}
		this.engine.record(namespace, SwitchChangedEvent.ofReturn(namespace.name(), way.by(), way.origin(),
				way.reason(), way.until(), detail));
		logger.info("Failover of namespace '{}': the way back by {} ({}), until {}: {}", namespace.name(),
				printable(way.by()), way.origin(), way.until(), printable(detail));
	}

	/** Names come from outside, and must not be able to forge lines of the log. */
	private static String printable(String text) {
		return text.replaceAll("\\p{Cntrl}", "?");
	}

	@Override
	public void viewChanged(FailoverNamespace namespace, View before, View after) {
		// The next look finds it.
	}

	/**
	 * Whoever switches here cancels, even if the switch stays as it is. What was switched
	 * elsewhere is told long after it happened, and found by the next look at once.
	 */
	@Override
	public void switchChanged(FailoverNamespace namespace, SwitchChangedEvent change, @Nullable Duration took) {
		WayBack way = this.armed.get(namespace);
		if (way == null || way.isGoneNow() || change.action() != SwitchAction.SWITCH
				|| change.outcome() == SwitchOutcome.REFUSED || isOfOthers(change.origin())) {
			return;
		}
		String cancelled = "cancelled: switched %s by %s".formatted(Boolean.TRUE.equals(change.after()) ? "on" : "off",
				change.by());
		if (change.service() == null) {
			finish(namespace, way, cancelled);
		}
		else if (way.drop(ServiceKey.parseLenient(change.service())) && way.services().isEmpty()) {
			finish(namespace, way, cancelled);
		}
	}

	private static boolean isOfOthers(SwitchOrigin origin) {
		return origin == SwitchOrigin.FILE || origin == SwitchOrigin.ELSEWHERE || origin == SwitchOrigin.SOURCE;
	}

	/** Removes the listener and forgets what is armed. */
	void close() {
		this.engine.removeListener(this);
		this.armed.clear();
	}

}
