package io.github.nacosfailover.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.exception.FailoverUnavailableException;
import io.github.nacosfailover.report.PreflightReport.Verdict;
import io.github.nacosfailover.request.SwitchScope;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.LocalOverride;
import io.github.nacosfailover.store.UnavailableStoreException;
import io.github.nacosfailover.thread.Faults;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes switches, one at a time, and records who has changed them: operators, or other
 * processes that write to the same store.
 */
final class Switching {

	private static final Logger logger = LoggerFactory.getLogger(Switching.class);

	/** Most HTTP clients wait for 30 s. */
	private static final Duration TURN_PATIENCE = Duration.ofSeconds(20);

	private final SwitchRules rules;

	private final SwitchRecorder recorder;

	private final SwitchTurn turn = new SwitchTurn(TURN_PATIENCE);

	private final OwnChanges own = new OwnChanges();

	private final ExternalChanges external;

	private final StageEnds stageEnds;

	private final Faults faults;

	/**
	 * Creates a new instance.
	 * @param rules the guard and the patterns that apply
	 * @param dispatcher notifies all listeners of the engine
	 * @param faults records failures that must not affect switching
	 */
	Switching(SwitchRules rules, BiConsumer<String, Consumer<FailoverListener>> dispatcher, Faults faults) {
		this.rules = rules;
		this.recorder = new SwitchRecorder(dispatcher);
		this.faults = faults;
		this.external = new ExternalChanges(rules.guard(), this.own, this.recorder, faults);
		this.stageEnds = new StageEnds(rules.guard(), this.turn, this.own, this.recorder, faults);
	}

	/**
	 * The changes that others make.
	 * @return the changes
	 */
	ExternalChanges external() {
		return this.external;
	}

	/**
	 * Ends stages.
	 * @return what ends them
	 */
	StageEnds stageEnds() {
		return this.stageEnds;
	}

	/**
	 * Carries out a change. One at a time, so that the last one wins, is the last in the
	 * history, and has the latest time.
	 * @param namespaces finds the namespaces to switch, or throws; asked once more before
	 * anything is written that depends on the switch, since guards take their time
	 * @param asked makes the change of what was asked for, as of now
	 * @throws FailoverUnavailableException if another change does not end
	 */
	void carryOut(Supplier<Collection<FailoverNamespace>> namespaces, Supplier<SwitchChange> asked) {
		this.turn.take();
		try {
			SwitchChange change = asked.get();
			Collection<FailoverNamespace> targets = namespaces.get();
			refuseWhereImpossible(targets, change);
			Map<FailoverNamespace, SwitchGuard.Change> changes = ExaminedChanges.of(targets, change);
			if (change.force() && change.plan() == null) {
				// Forced: the guard would not prevent it, so do not wait for it.
				Written written = write(changes, change);
				record(written, change,
						SwitchGuard.Findings.ask(this.faults, () -> this.rules.guard().examine(changes)));
				return;
			}
			SwitchGuard.Findings findings = ExaminedChanges.examine(this.rules.guard(), changes, change);
			if (!findings.allow(change)) {
				targets.forEach((target) -> recordRefusal(target, change, findings.of(target)));
				throw new FailoverRefusedException(findings.reasons(targets), findings.preflight(),
						findings.changedPlan());
			}
			if (change.terms().sameSwitch()) {
				namespaces.get();
			}
			record(write(changes, change), change, findings);
		}
		finally {
			this.turn.release();
		}
	}

	private Written write(Map<FailoverNamespace, SwitchGuard.Change> changes, SwitchChange change) {
		Collection<FailoverNamespace> targets = changes.keySet();
		long started = System.nanoTime();
		Map<FailoverNamespace, IOException> failures = new LinkedHashMap<>();
		Map<FailoverNamespace, View> before = new LinkedHashMap<>();
		for (Map.Entry<FailoverNamespace, SwitchGuard.Change> entry : changes.entrySet()) {
			FailoverNamespace target = entry.getKey();
			before.put(target, target.view());
			try {
				write(target, change, entry.getValue().before().failoverSwitch());
			}
			catch (FailoverRefusedException ex) {
				// Only of what is for one namespace, so nothing has been written.
				throw ex;
			}
			catch (IOException ex) {
				failures.put(target, ex);
			}
			catch (RuntimeException | Error ex) {
				// What was written before is recorded all the same.
				failures.put(target, new IOException(Faults.describe(ex), ex));
			}
		}
		Propagation.awaitApplied(targets);
		Duration took = Duration.ofNanos(System.nanoTime() - started);
		before.forEach((target, view) -> this.recorder.applied(target, view, target.view()));
		return new Written(before, failures, took);
	}

	private void record(Written written, SwitchChange change, SwitchGuard.Findings findings) {
		written.before().forEach((target, before) -> {
			Verdict verdict = findings.of(target);
			IOException failure = written.failures().get(target);
			if (failure != null) {
				recordFailure(target, before, change, String.valueOf(failure.getMessage()));
				return;
			}
			if (change.service() == null) {
				target.publishFindings(verdict.all());
			}
			SwitchState state = target.view().failoverSwitch();
			SwitchOutcome outcome = verdict.allowed() ? SwitchOutcome.APPLIED : SwitchOutcome.FORCED;
			if (change.stage() == null || before.isOn() != target.view().isOn()) {
				this.recorder.record(target, change.toEvent(target, before, state, outcome, verdict.all()), state,
						written.took());
			}
			this.recorder.recordStage(target, before.failoverSwitch(), state, change.by(), change.origin(), outcome,
					verdict.all());
		});
		if (!written.failures().isEmpty()) {
			List<String> reasons = new ArrayList<>();
			written.failures()
				.forEach((target, failure) -> reasons
					.add("namespace '%s': %s".formatted(target.name(), failure.getMessage())));
			throw written.failures().values().stream().anyMatch(UnavailableStoreException.class::isInstance)
					? new FailoverUnavailableException(reasons) : new FailoverRefusedException(reasons);
		}
	}

	/** A change that takes effect, now or later, must be in the history. */
	private void recordFailure(FailoverNamespace target, View before, SwitchChange change, String failure) {
		this.own.fail(target, before, change, failure);
		View view = target.view();
		SwitchChangedEvent confirmed = this.own.take(target, view);
		if (confirmed != null) {
			this.recorder.record(target, confirmed, view.failoverSwitch(), null);
		}
		else {
			this.recorder.record(target,
					change.toEvent(target, before, view.failoverSwitch(), SwitchOutcome.REFUSED, List.of(failure)),
					view.failoverSwitch(), null);
		}
	}

	private void write(FailoverNamespace target, SwitchChange change, SwitchState examined) throws IOException {
		LocalOverride local = target.local();
		this.own.begin(target);
		if (change.scope() == SwitchScope.LOCAL && local != null) {
			SwitchState state = ExaminedChanges.after(target, change);
			this.own.attempt(target, state);
			if (change.isFollow()) {
				local.removeSwitch();
			}
			else {
				local.writeSwitch(state);
			}
			return;
		}
		target.store().changeSwitch((known) -> {
			change.check(examined, known);
			SwitchState state = change.writtenFrom(known);
			this.own.attempt(target, state);
			return state;
		});
	}

	private void refuseWhereImpossible(Collection<FailoverNamespace> targets, SwitchChange change) {
		List<String> reasons = new ArrayList<>();
		if (targets.isEmpty()) {
			reasons.add("No Nacos naming client has been created in this application yet, so there is nothing to "
					+ "switch; the switch file can be written by hand");
		}
		for (FailoverNamespace target : targets) {
			String reason = SwitchObstacle.of(target, change.scope());
			if (reason == null && change.stage() != null) {
				reason = StageStart.obstacle(change, target.view().failoverSwitch());
			}
			if (reason != null) {
				reasons.add("namespace '%s': %s".formatted(target.name(), reason));
				recordRefusal(target, change, new Verdict(List.of(reason), List.of()));
			}
		}
		if (!reasons.isEmpty()) {
			throw new FailoverRefusedException(reasons);
		}
	}

	private void recordRefusal(FailoverNamespace target, SwitchChange change, Verdict verdict) {
		View view = target.view();
		this.recorder.record(target,
				change.toEvent(target, view, view.failoverSwitch(), SwitchOutcome.REFUSED, verdict.all()),
				view.failoverSwitch(), null);
	}

	/**
	 * Records what was done to backups.
	 * @param namespace the namespace
	 * @param entry what was done
	 */
	void recordBackups(FailoverNamespace namespace, SwitchChangedEvent entry) {
		this.recorder.recordBackups(namespace, entry);
	}

	/**
	 * The last changes.
	 * @param namespaces the namespaces
	 * @return the changes, newest first
	 */
	List<SwitchChangedEvent> recent(Collection<FailoverNamespace> namespaces) {
		return this.recorder.recent(namespaces);
	}

	/**
	 * Ends the thread, and waits up to a second for it to write what is pending.
	 * @param namespaces those whose changes were recorded
	 */
	void close(Collection<FailoverNamespace> namespaces) {
		this.external.close();
		namespaces.forEach(this.recorder::flush);
	}

	/**
	 * The result of writing a switch.
	 *
	 * @param before the views there were
	 * @param failures why it could not be written
	 * @param took how long it took to be applied
	 */
	private record Written(Map<FailoverNamespace, View> before, Map<FailoverNamespace, IOException> failures,
			Duration took) {

	}

}
