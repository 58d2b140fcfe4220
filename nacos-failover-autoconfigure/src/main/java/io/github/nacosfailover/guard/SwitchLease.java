package io.github.nacosfailover.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.thread.DaemonThreads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after switches that are on: reminds once a minute of those that are on for longer
 * than they should be, and switches off if that was asked for and is safe, see
 * {@link SafeEnd}. Lets services in use be remembered, and what is served be compared
 * with what is live.
 */
public final class SwitchLease implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(SwitchLease.class);

	private static final String WHAT_TO_DO = "; switch off as soon as the preflight allows that, or set another duration";

	private static final Duration REMEMBER_EVERY = Duration.ofSeconds(5);

	private static final long PATIENCE_AT_CLOSE_MILLIS = 2000;

	private final FailoverEngine engine;

	private final boolean offIfSafe;

	private final @Nullable Preflight watch;

	private final LeaseTimes times;

	private final Map<String, Instant> reminded = new HashMap<>();

	private final Map<String, Instant> tried = new HashMap<>();

	/** Why the last try failed, for the reminders until the next one. */
	private final Map<String, String> hindrances = new HashMap<>();

	private final Map<FailoverNamespace, SafeEnd> ends = new ConcurrentHashMap<>();

	/** One looks for a break of the server while the other looks at its services. */
	private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(2,
			DaemonThreads.factory("nacos-failover-lease"));

	/**
	 * Starts to look, until it is closed.
	 * @param engine the engine
	 * @param offIfSafe whether to switch off at the end as soon as that is safe
	 * @param watch compares what is served with what is live, {@code null} for nobody
	 */
	public SwitchLease(FailoverEngine engine, boolean offIfSafe, @Nullable Preflight watch) {
		this(engine, offIfSafe, watch, LeaseTimes.DEFAULT);
	}

	SwitchLease(FailoverEngine engine, boolean offIfSafe, @Nullable Preflight watch, LeaseTimes times) {
		this.engine = engine;
		this.offIfSafe = offIfSafe;
		this.watch = watch;
		this.times = times;
		repeat("end of the switch", this::lookAtSwitch, Duration.ofSeconds(1));
		repeat("list of services in use", FailoverNamespace::rememberUsed, REMEMBER_EVERY);
		if (offIfSafe) {
			repeat("look at the server before the end of the switch", (namespace) -> {
				if (namespace.view().isOn()) {
					end(namespace).watchServer();
				}
			}, Duration.ofSeconds(1));
		}
		if (watch != null) {
			repeat("comparison of what is served with what is live", watch::compareServed, times.watchEvery());
		}
	}

	/** An executor that something is thrown at would never do it again. */
	private void repeat(String activity, Consumer<FailoverNamespace> task, Duration pause) {
		this.executor.scheduleWithFixedDelay(
				() -> this.engine.faults()
					.run(activity, () -> this.engine.namespaces()
						.forEach((namespace) -> namespace.faults().run(activity, () -> task.accept(namespace)))),
				pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
	}

	private SafeEnd end(FailoverNamespace namespace) {
		return this.ends.computeIfAbsent(namespace, (key) -> new SafeEnd(key, this.engine.rules().guard(), this.times));
	}

	private void lookAtSwitch(FailoverNamespace namespace) {
		View view = namespace.view();
		Instant end = this.engine.rules().end(view);
		if (end == null || end.isAfter(Instant.now())) {
			this.reminded.remove(namespace.name());
			this.tried.remove(namespace.name());
			this.hindrances.remove(namespace.name());
			end(namespace).startAgain();
		}
		else {
			overdue(namespace, view, end);
		}
	}

	private void overdue(FailoverNamespace namespace, View view, Instant end) {
		if (this.offIfSafe && isTimeFor(this.tried, namespace, this.times.tryEvery())) {
			this.hindrances.put(namespace.name(), switchOff(namespace, view, end));
			if (!namespace.view().isOn()) {
				return;
			}
		}
		if (!this.offIfSafe) {
			end(namespace).object(view);
		}
		if (isTimeFor(this.reminded, namespace, this.times.remindEvery())) {
			logger.warn("Failover of namespace '{}' is still ON, its planned end was {}{}", namespace.name(), end,
					this.hindrances.getOrDefault(namespace.name(), WHAT_TO_DO));
		}
	}

	private static boolean isTimeFor(Map<String, Instant> last, FailoverNamespace namespace, Duration pause) {
		Instant now = Instant.now();
		Instant before = last.get(namespace.name());
		if (before != null && Duration.between(before, now).abs().compareTo(pause) < 0) {
			return false;
		}
		last.put(namespace.name(), now);
		return true;
	}

	/**
	 * Switches off if that is safe. That is found out before, so that the history is not
	 * filled with what was refused.
	 */
	private String switchOff(FailoverNamespace namespace, View view, Instant end) {
		List<String> hindrances = end(namespace).hindrances(view);
		if (!hindrances.isEmpty()) {
			return "; it is not switched off yet: " + String.join("; ", hindrances);
		}
		try {
			this.engine.endSwitch(namespace, view, new SwitchRequest(false, namespace.name(), "lease",
					"its planned end was " + end, null, false, SwitchOrigin.LEASE));
			return "";
		}
		catch (FailoverRefusedException ex) {
			return "; it could not be switched off: " + ex.getMessage();
		}
	}

	/** Ends the threads, after services in use have been remembered once more. */
	@Override
	public void close() {
		if (this.executor.isShutdown()) {
			return;
		}
		this.executor.execute(() -> this.engine.namespaces().forEach(FailoverNamespace::rememberUsed));
		this.executor.shutdown();
		try {
			if (this.executor.awaitTermination(PATIENCE_AT_CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
				return;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.executor.shutdownNow();
	}

}
