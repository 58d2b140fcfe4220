package io.github.nacosfailover.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.request.WhenSafeRequest;
import io.github.nacosfailover.thread.DaemonThreads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after switches that are on: reminds once a minute of those that are on for longer
 * than they should be, and switches off as soon as that is safe if that was asked for,
 * see {@link WaysBack}. Carries on stages of switches, see {@link StageWatch}. Lets
 * services in use be remembered, and what is served be compared with what is live.
 */
public final class SwitchLease implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(SwitchLease.class);

	private static final String WHAT_TO_DO = "; switch off as soon as the preflight allows that, or set another duration";

	private static final Duration REMEMBER_EVERY = Duration.ofSeconds(5);

	private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(2);

	private final FailoverEngine engine;

	private final boolean offIfSafe;

	private final @Nullable Preflight watch;

	private final LeaseTimes times;

	private final Map<String, Instant> reminded = new HashMap<>();

	private final WaysBack waysBack;

	private final StageWatch stages;

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
		this(engine, offIfSafe, watch, ProcessHealth.UNKNOWN);
	}

	/**
	 * Starts to look, until it is closed.
	 * @param engine the engine
	 * @param offIfSafe whether to switch off at the end as soon as that is safe
	 * @param watch compares what is served with what is live, {@code null} for nobody
	 * @param health what must not get worse in a stage of the switch
	 */
	public SwitchLease(FailoverEngine engine, boolean offIfSafe, @Nullable Preflight watch, ProcessHealth health) {
		this(engine, offIfSafe, watch, LeaseTimes.DEFAULT, health, StageTimes.DEFAULT);
	}

	SwitchLease(FailoverEngine engine, boolean offIfSafe, @Nullable Preflight watch, LeaseTimes times) {
		this(engine, offIfSafe, watch, times, ProcessHealth.UNKNOWN, StageTimes.DEFAULT);
	}

	SwitchLease(FailoverEngine engine, boolean offIfSafe, @Nullable Preflight watch, LeaseTimes times,
			ProcessHealth health, StageTimes stageTimes) {
		this.engine = engine;
		this.offIfSafe = offIfSafe;
		this.watch = watch;
		this.times = times;
		this.waysBack = new WaysBack(engine, times);
		this.stages = new StageWatch(engine, health, stageTimes);
		repeat("stage of the switch", this.stages::look, min(stageTimes.look(), Duration.ofSeconds(1)));
		repeat("end of the switch", this::lookAtSwitch, Duration.ofSeconds(1));
		repeat("list of services in use", FailoverNamespace::rememberUsed, REMEMBER_EVERY);
		repeat("look at the server before the end of the switch", (namespace) -> {
			if (namespace.view().isActive()) {
				this.waysBack.end(namespace).watchServer();
			}
		}, Duration.ofSeconds(1));
		if (watch != null) {
			repeat("comparison of what is served with what is live", watch::compareServed, times.watchEvery());
		}
	}

	private static Duration min(Duration one, Duration other) {
		return (one.compareTo(other) < 0) ? one : other;
	}

	/** A scheduled task that throws is not run again. */
	private void repeat(String activity, Consumer<FailoverNamespace> task, Duration pause) {
		this.executor.scheduleWithFixedDelay(
				() -> this.engine.faults()
					.run(activity, () -> this.engine.namespaces()
						.forEach((namespace) -> namespace.faults().run(activity, () -> task.accept(namespace)))),
				pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
	}

	/**
	 * Switches off as soon as that is safe, or not at all after a time.
	 * @param request what to switch off, and how long that may wait
	 * @throws FailoverRefusedException if there is nothing to switch off
	 */
	public void switchOffWhenSafe(WhenSafeRequest request) {
		this.waysBack.arm(request);
	}

	private void lookAtSwitch(FailoverNamespace namespace) {
		View view = namespace.view();
		Instant end = overdueSince(view);
		if (end == null) {
			this.reminded.remove(namespace.name());
			this.waysBack.disarmLease(namespace);
		}
		else if (this.offIfSafe) {
			this.waysBack.armForLease(namespace, view, end);
		}
		else {
			this.waysBack.end(namespace).object(view);
		}
		this.waysBack.look(namespace);
		if (end != null && namespace.view().isOn() && isTimeToRemind(namespace)) {
			List<String> waitingFor = this.waysBack.waitingFor(namespace);
			logger.warn("Failover of namespace '{}' is still ON, its planned end was {}{}", namespace.name(), end,
					(waitingFor != null) ? "; it is not switched off yet: " + String.join("; ", waitingFor)
							: WHAT_TO_DO);
		}
	}

	private @Nullable Instant overdueSince(View view) {
		Instant end = this.engine.rules().end(view);
		return (end != null && !end.isAfter(Instant.now())) ? end : null;
	}

	private boolean isTimeToRemind(FailoverNamespace namespace) {
		Instant now = Instant.now();
		Instant before = this.reminded.get(namespace.name());
		if (before != null && Duration.between(before, now).abs().compareTo(this.times.remindEvery()) < 0) {
			return false;
		}
		this.reminded.put(namespace.name(), now);
		return true;
	}

	/** Ends the threads, after services in use have been remembered once more. */
	@Override
	public void close() {
		if (this.executor.isShutdown()) {
			return;
		}
		this.waysBack.close();
		this.executor.execute(() -> this.engine.namespaces().forEach(FailoverNamespace::rememberUsed));
		DaemonThreads.end(this.executor, PATIENCE_AT_CLOSE);
	}

}
