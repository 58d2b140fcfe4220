package io.github.nacosfailover.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.github.nacosfailover.FailoverRefusedException;
import io.github.nacosfailover.PreflightReport.Verdict;
import io.github.nacosfailover.SwitchOrigin;
import io.github.nacosfailover.SwitchRequest;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.SwitchGuard.Change;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.thread.DaemonThreads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after switches that are on for longer than they should be: reminds once a minute,
 * and switches off if that was asked for and guards allow it.
 */
public final class SwitchLease implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(SwitchLease.class);

	private static final Duration REMIND_EVERY = Duration.ofMinutes(1);

	private static final Duration TRY_EVERY = Duration.ofSeconds(10);

	private final FailoverEngine engine;

	private final boolean offIfSafe;

	private final Map<String, Instant> reminded = new HashMap<>();

	private final Map<String, Instant> tried = new HashMap<>();

	private final ScheduledThreadPoolExecutor executor = DaemonThreads.scheduler("nacos-failover-lease");

	/**
	 * Starts to look, until it is closed.
	 * @param engine the engine
	 * @param offIfSafe whether to switch off at the end as soon as guards allow it
	 */
	public SwitchLease(FailoverEngine engine, boolean offIfSafe) {
		this.engine = engine;
		this.offIfSafe = offIfSafe;
		this.executor.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
	}

	private void look() {
		for (FailoverNamespace namespace : this.engine.namespaces()) {
			// An executor that something is thrown at would never look again.
			namespace.faults().run("end of the switch", () -> look(namespace));
		}
	}

	private void look(FailoverNamespace namespace) {
		View view = namespace.view();
		Instant end = this.engine.rules().end(view);
		if (end == null || end.isAfter(Instant.now())) {
			this.reminded.remove(namespace.name());
			this.tried.remove(namespace.name());
		}
		else {
			overdue(namespace, view, end);
		}
	}

	private void overdue(FailoverNamespace namespace, View view, Instant end) {
		String hindrance = "";
		if (this.offIfSafe && isTimeFor(this.tried, namespace, TRY_EVERY)) {
			hindrance = switchOff(namespace, view, end);
			if (!namespace.view().isOn()) {
				return;
			}
		}
		if (isTimeFor(this.reminded, namespace, REMIND_EVERY)) {
			logger.warn("Failover of namespace '{}' is still ON: it was to end at {}{}", namespace.name(), end,
					hindrance);
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
	 * Switches off if that is safe. Guards are asked first, so that the history is not
	 * filled with what was refused.
	 */
	private String switchOff(FailoverNamespace namespace, View view, Instant end) {
		Change change = new Change(view,
				view.with(new SwitchState(false, null, null, null, null, view.failoverSwitch().exceptions())));
		Verdict verdict = this.engine.rules().guard().examine(Map.of(namespace, change)).of(namespace);
		if (!verdict.allowed()) {
			return "; it stays on as long as " + String.join("; ", verdict.refused());
		}
		try {
			this.engine.endSwitch(namespace, view, new SwitchRequest(false, namespace.name(), "lease",
					"it was to end at " + end, null, false, SwitchOrigin.LEASE));
			return "";
		}
		catch (FailoverRefusedException ex) {
			return "; it stays on: " + ex.getMessage();
		}
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
