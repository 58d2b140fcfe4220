package io.github.nacosfailover.engine;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.exception.FailoverUnavailableException;
import io.github.nacosfailover.report.PreflightReport.Verdict;
import io.github.nacosfailover.request.StageEndRequest;
import io.github.nacosfailover.source.SwitchStage;
import io.github.nacosfailover.source.SwitchStage.State;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.StagedFleet;
import io.github.nacosfailover.thread.Faults;

/**
 * Ends the stages of switches, and records who has ended them.
 */
final class StageEnds {

	private final SwitchGuard guard;

	private final SwitchTurn turn;

	private final OwnChanges own;

	private final SwitchRecorder recorder;

	private final Faults faults;

	StageEnds(SwitchGuard guard, SwitchTurn turn, OwnChanges own, SwitchRecorder recorder, Faults faults) {
		this.guard = guard;
		this.turn = turn;
		this.own = own;
		this.recorder = recorder;
		this.faults = faults;
	}

	/**
	 * Ends the stages of namespaces as an operator asks for.
	 * @param namespaces the namespaces
	 * @param request how they end
	 */
	void endAll(Collection<FailoverNamespace> namespaces, StageEndRequest request) {
		Map<FailoverNamespace, StageEnd> ends = new LinkedHashMap<>();
		for (FailoverNamespace namespace : namespaces) {
			SwitchStage stage = namespace.view().failoverSwitch().runningStage();
			if (stage != null) {
				String detail = "stopped by %s%s".formatted(request.by(),
						(request.reason() != null) ? ": " + request.reason() : "");
				ends.put(namespace, new StageEnd(stage.id(), request.goOn() ? State.DONE : State.STOPPED, request.by(),
						request.origin(), request.goOn() ? null : detail, request.force()));
			}
		}
		if (ends.isEmpty()) {
			throw new FailoverRefusedException(List.of("no stage is running"));
		}
		ends.forEach(this::end);
	}

	/**
	 * Ends a stage. Of several processes that try, one succeeds, since the store compares
	 * the switch before it writes.
	 * @param target the namespace
	 * @param end what is to become of the stage
	 */
	void end(FailoverNamespace target, StageEnd end) {
		this.turn.take();
		try {
			View before = target.view();
			SwitchStage stage = end.of(before.failoverSwitch());
			SwitchGuard.Change change = end.change(before, stage);
			Map<FailoverNamespace, SwitchGuard.Change> changes = (change != null) ? Map.of(target, change) : Map.of();
			boolean unexamined = changes.isEmpty() || end.isUnexamined(stage);
			SwitchGuard.Findings findings = unexamined ? SwitchGuard.Findings.NOTHING : this.guard.examine(changes);
			if (!end.isAllowedBy(findings, target, stage)) {
				recordRefusal(target, end, stage, findings.of(target));
				throw new FailoverRefusedException(findings.reasons(List.of(target)), findings.preflight(),
						findings.changedPlan());
			}
			long started = System.nanoTime();
			write(target, end);
			Propagation.awaitApplied(List.of(target));
			View after = target.view();
			this.recorder.applied(target, before, after);
			Duration took = Duration.ofNanos(System.nanoTime() - started);
			if (unexamined && !changes.isEmpty()) {
				findings = SwitchGuard.Findings.ask(this.faults, () -> this.guard.examine(changes));
			}
			record(target, before, after, end, findings, took);
		}
		finally {
			this.turn.release();
		}
	}

	/** What is tried again and again by itself is not recorded each time. */
	private void recordRefusal(FailoverNamespace target, StageEnd end, SwitchStage stage, Verdict verdict) {
		if (end.origin() != SwitchOrigin.STAGE) {
			this.recorder.recordStage(target, StageNews.event(target.name(), stage, end.by(), end.origin(),
					SwitchOutcome.REFUSED, verdict.all(),
					(end.state() == State.DONE) ? "the others may not follow" : "the first share may not go back"));
		}
	}

	private void write(FailoverNamespace target, StageEnd end) {
		StagedFleet fleet = target.store().stagedFleet();
		if (fleet == null) {
			throw new FailoverRefusedException(List.of("the store does not know stages"));
		}
		try {
			target.store().changeSwitch((known) -> {
				// If another process was quicker, it has written the very same.
				this.own.disown(target);
				SwitchState state = end.of(known)
					.with(end.state(), end.detail())
					.seenBy(fleet.instance(), known.exceptions());
				this.own.write(target, state);
				return state;
			});
		}
		catch (IOException ex) {
			// If it was carried out all the same, it is recorded as the doing of others.
			this.own.disown(target);
			throw new FailoverUnavailableException(
					List.of("namespace '%s': %s".formatted(target.name(), ex.getMessage())));
		}
	}

	private void record(FailoverNamespace target, View before, View after, StageEnd end, SwitchGuard.Findings findings,
			Duration took) {
		Verdict verdict = findings.of(target);
		SwitchOutcome outcome = verdict.allowed() ? SwitchOutcome.APPLIED : SwitchOutcome.FORCED;
		SwitchState state = after.failoverSwitch();
		if (end.state() == State.DONE) {
			target.publishFindings(verdict.all());
		}
		if (before.isOn() != after.isOn()) {
			this.recorder.record(
					target, new SwitchChangedEvent(Instant.now(), target.name(), null, before.isOn(), after.isOn(),
							end.by(), end.origin(), state.reason(), state.until(), outcome, verdict.all()),
					state, took);
		}
		this.recorder.recordStage(target, before.failoverSwitch(), state, end.by(), end.origin(), outcome,
				verdict.all());
	}

}
