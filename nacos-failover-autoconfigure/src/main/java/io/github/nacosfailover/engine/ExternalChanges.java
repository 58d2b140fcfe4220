package io.github.nacosfailover.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.thread.DaemonThreads;
import io.github.nacosfailover.thread.Faults;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the changes of switches that this process has not made: operators edit files,
 * and other processes write to the same store.
 */
final class ExternalChanges {

	private static final Logger logger = LoggerFactory.getLogger(ExternalChanges.class);

	private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(1);

	private final SwitchGuard guard;

	private final OwnChanges own;

	private final SwitchRecorder recorder;

	private final Faults faults;

	private final ThreadPoolExecutor thread = DaemonThreads.executor("nacos-failover-history", 1);

	ExternalChanges(SwitchGuard guard, OwnChanges own, SwitchRecorder recorder, Faults faults) {
		this.guard = guard;
		this.own = own;
		this.recorder = recorder;
		this.faults = faults;
	}

	/**
	 * Records a change that was not made by this engine. Called under the lock of the
	 * namespace, so the work is left to another thread.
	 */
	void note(FailoverNamespace namespace, View before, View after) {
		if (after.failoverSwitch().equals(before.failoverSwitch())
				|| this.own.isOwn(namespace, after.failoverSwitch())) {
			return;
		}
		this.own.disown(namespace);
		later(() -> record(namespace, before, after));
	}

	/**
	 * Records the switch that a namespace starts with.
	 * @param namespace the namespace
	 */
	void noteOpened(FailoverNamespace namespace) {
		SwitchState state = namespace.view().failoverSwitch();
		if (state.enabled() || state.at() != null) {
			later(() -> this.recorder.explain(namespace));
		}
	}

	private void later(Runnable record) {
		try {
			this.thread.execute(() -> this.faults.run("history of changes by others", record::run));
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The context is closing, the change is not recorded any more");
		}
	}

	private void record(FailoverNamespace namespace, View before, View after) {
		SwitchChangedEvent confirmed = this.own.take(namespace, after);
		if (confirmed != null) {
			this.recorder.record(namespace, confirmed, after.failoverSwitch(), null);
			return;
		}
		SwitchState state = after.failoverSwitch();
		this.recorder.recordStage(namespace, before.failoverSwitch(), state, StageNews.author(state),
				SwitchOrigin.ELSEWHERE, SwitchOutcome.APPLIED, List.of());
		if (ExternalChange.between(namespace, before, after, List.of()).isEmpty()) {
			return;
		}
		Map<FailoverNamespace, SwitchGuard.Change> changes = Map.of(namespace,
				new SwitchGuard.Change(beforeSwitchedOn(before, after), after));
		SwitchGuard.Findings findings = SwitchGuard.Findings.ask(this.faults, () -> this.guard.examineMade(changes));
		List<String> all = findings.of(namespace).all();
		List<SwitchChangedEvent> made = ExternalChange.between(namespace, before, after, all);
		boolean switched = made.stream().anyMatch((change) -> change.service() == null);
		if (switched && namespace.view().failoverSwitch().equals(after.failoverSwitch())) {
			namespace.publishFindings(all);
		}
		made.forEach((change) -> this.recorder.record(namespace, change,
				ExternalChange.remembered(namespace, before, after, change), null));
	}

	/** Switching on what is on already reports the findings again. */
	private static View beforeSwitchedOn(View before, View after) {
		Map<ServiceKey, Boolean> exceptions = before.failoverSwitch().exceptions();
		return (before.isOn() && after.isOn() && exceptions.equals(after.failoverSwitch().exceptions()))
				? before.with(SwitchState.OFF.withExceptions(exceptions)) : before;
	}

	/** Ends the thread, and waits up to a second for it to write what is pending. */
	void close() {
		DaemonThreads.end(this.thread, PATIENCE_AT_CLOSE);
	}

}
