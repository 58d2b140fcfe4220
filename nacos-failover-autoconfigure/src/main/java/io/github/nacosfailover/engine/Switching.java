package io.github.nacosfailover.engine;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.exception.FailoverUnavailableException;
import io.github.nacosfailover.report.PreflightReport.Verdict;
import io.github.nacosfailover.request.StageEndRequest;
import io.github.nacosfailover.request.SwitchScope;
import io.github.nacosfailover.source.SwitchStage;
import io.github.nacosfailover.source.SwitchStage.State;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.LocalOverride;
import io.github.nacosfailover.store.StagedFleet;
import io.github.nacosfailover.store.UnavailableStoreException;
import io.github.nacosfailover.thread.DaemonThreads;
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

	private static final long PATIENCE_AT_CLOSE_MILLIS = 1000;

	private final SwitchRules rules;

	private final BiConsumer<String, Consumer<FailoverListener>> dispatcher;

	private final SwitchRecorder recorder;

	private final SwitchTurn turn = new SwitchTurn(TURN_PATIENCE);

	/** The last switch written here, to tell external changes apart. */
	private final Map<FailoverNamespace, SwitchState> written = new ConcurrentHashMap<>();

	private final UnconfirmedChanges unconfirmed = new UnconfirmedChanges();

	private final ThreadPoolExecutor foreignChanges = DaemonThreads.executor("nacos-failover-history", 1);

	private final Faults faults;

	/**
	 * Creates a new instance.
	 * @param rules the guard and the patterns that apply
	 * @param dispatcher notifies all listeners of the engine
	 * @param faults records failures that must not affect switching
	 */
	Switching(SwitchRules rules, BiConsumer<String, Consumer<FailoverListener>> dispatcher, Faults faults) {
		this.rules = rules;
		this.dispatcher = dispatcher;
		this.recorder = new SwitchRecorder(dispatcher);
		this.faults = faults;
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
				record(written, change, examineForTheRecord(() -> this.rules.guard().examine(changes)));
				return;
			}
			SwitchGuard.Findings findings = ExaminedChanges.examine(this.rules.guard(), changes, change);
			if (!findings.allow(change)) {
				targets.forEach((target) -> recordRefusal(target, change, findings.of(target)));
				throw new FailoverRefusedException(reasons(targets, findings), findings.preflight(),
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

	/** The switch is changed already: a failing guard must not make it look failed. */
	private SwitchGuard.Findings examineForTheRecord(Callable<SwitchGuard.Findings> guard) {
		SwitchGuard.Findings findings = this.faults.ask("guard of the switch", guard);
		return (findings != null) ? findings : SwitchGuard.Findings.NOTHING;
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
		before.forEach((target, view) -> notifyApplied(target, view, target.view()));
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
			recordStage(target, before.failoverSwitch(), state, change.by(), change.origin(), outcome, verdict.all());
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
		if (change.stage() != null) {
			// If it was begun all the same, it is recorded as the doing of others.
			this.written.remove(target);
		}
		else if (this.unconfirmed.note(target, before, change, failure)) {
			this.written.remove(target);
		}
		View view = target.view();
		if (!recordIfConfirmed(target, view)) {
			this.recorder.record(target,
					change.toEvent(target, before, view.failoverSwitch(), SwitchOutcome.REFUSED, List.of(failure)),
					view.failoverSwitch(), null);
		}
	}

	private boolean recordIfConfirmed(FailoverNamespace target, View view) {
		SwitchChangedEvent confirmed = this.unconfirmed.take(target, view);
		if (confirmed != null) {
			this.recorder.record(target, confirmed, view.failoverSwitch(), null);
		}
		return confirmed != null;
	}

	private void write(FailoverNamespace target, SwitchChange change, SwitchState examined) throws IOException {
		LocalOverride local = target.local();
		this.unconfirmed.begin(target);
		if (change.scope() == SwitchScope.LOCAL && local != null) {
			SwitchState state = ExaminedChanges.after(target, change);
			attempt(target, state);
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
			attempt(target, state);
			return state;
		});
	}

	private void attempt(FailoverNamespace target, SwitchState state) {
		this.written.put(target, state);
		this.unconfirmed.attempt(target, state);
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

	private static List<String> reasons(Collection<FailoverNamespace> targets, SwitchGuard.Findings findings) {
		List<String> reasons = new ArrayList<>();
		targets.forEach((target) -> findings.of(target)
			.refused()
			.forEach((reason) -> reasons.add("namespace '%s': %s".formatted(target.name(), reason))));
		return reasons;
	}

	/**
	 * Ends the stages of namespaces as an operator asks for.
	 * @param namespaces the namespaces
	 * @param request how they end
	 */
	void endStages(Collection<FailoverNamespace> namespaces, StageEndRequest request) {
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
		ends.forEach(this::endStage);
	}

	/**
	 * Ends a stage. Of several processes that try, one succeeds, since the store compares
	 * the switch before it writes.
	 * @param target the namespace
	 * @param end what is to become of the stage
	 */
	void endStage(FailoverNamespace target, StageEnd end) {
		this.turn.take();
		try {
			View before = target.view();
			SwitchStage stage = end.of(before.failoverSwitch());
			SwitchGuard.Change change = end.change(before, stage);
			Map<FailoverNamespace, SwitchGuard.Change> changes = (change != null) ? Map.of(target, change) : Map.of();
			boolean unexamined = changes.isEmpty() || end.isUnexamined(stage);
			SwitchGuard.Findings findings = unexamined ? SwitchGuard.Findings.NOTHING
					: this.rules.guard().examine(changes);
			if (!end.isAllowedBy(findings, target, stage)) {
				recordRefusal(target, end, stage, findings.of(target));
				throw new FailoverRefusedException(reasons(List.of(target), findings), findings.preflight(),
						findings.changedPlan());
			}
			long started = System.nanoTime();
			write(target, end);
			Propagation.awaitApplied(List.of(target));
			View after = target.view();
			notifyApplied(target, before, after);
			Duration took = Duration.ofNanos(System.nanoTime() - started);
			if (unexamined && !changes.isEmpty()) {
				findings = examineForTheRecord(() -> this.rules.guard().examine(changes));
			}
			recordStageEnd(target, before, after, end, findings, took);
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
				this.written.remove(target);
				SwitchState state = end.of(known)
					.with(end.state(), end.detail())
					.seenBy(fleet.instance(), known.exceptions());
				this.written.put(target, state);
				return state;
			});
		}
		catch (IOException ex) {
			// If it was carried out all the same, it is recorded as the doing of others.
			this.written.remove(target);
			throw new FailoverUnavailableException(
					List.of("namespace '%s': %s".formatted(target.name(), ex.getMessage())));
		}
	}

	private void recordStageEnd(FailoverNamespace target, View before, View after, StageEnd end,
			SwitchGuard.Findings findings, Duration took) {
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
		recordStage(target, before.failoverSwitch(), state, end.by(), end.origin(), outcome, verdict.all());
	}

	private void recordStage(FailoverNamespace target, SwitchState before, SwitchState after, String by,
			SwitchOrigin origin, SwitchOutcome outcome, List<String> findings) {
		String news = StageNews.between(before, after);
		if (news != null) {
			this.recorder.recordStage(target,
					StageNews.event(target.name(), after.stage(), by, origin, outcome, findings, news));
		}
	}

	/**
	 * Records a change that was not made by this engine. Called under the lock of the
	 * namespace, so the work is left to another thread.
	 */
	void noteForeignChange(FailoverNamespace namespace, View before, View after) {
		if (after.failoverSwitch().equals(before.failoverSwitch())
				|| after.failoverSwitch().equals(this.written.get(namespace))) {
			return;
		}
		this.written.remove(namespace);
		later(() -> recordForeignChange(namespace, before, after));
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
			this.foreignChanges.execute(() -> this.faults.run("history of changes by others", record::run));
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The context is closing, the change is not recorded any more");
		}
	}

	/**
	 * Records what was done to backups.
	 * @param namespace the namespace
	 * @param entry what was done
	 */
	void recordBackups(FailoverNamespace namespace, SwitchChangedEvent entry) {
		this.recorder.recordBackups(namespace, entry);
	}

	private void recordForeignChange(FailoverNamespace namespace, View before, View after) {
		if (recordIfConfirmed(namespace, after)) {
			return;
		}
		SwitchState state = after.failoverSwitch();
		String stage = StageNews.between(before.failoverSwitch(), state);
		if (stage != null) {
			this.recorder.recordStage(namespace, StageNews.event(namespace.name(), state.stage(),
					StageNews.author(state), SwitchOrigin.ELSEWHERE, SwitchOutcome.APPLIED, List.of(), stage));
		}
		if (ExternalChange.between(namespace, before, after, List.of()).isEmpty()) {
			return;
		}
		Map<FailoverNamespace, SwitchGuard.Change> changes = Map.of(namespace,
				new SwitchGuard.Change(beforeSwitchedOn(before, after), after));
		SwitchGuard.Findings findings = examineForTheRecord(() -> this.rules.guard().examineMade(changes));
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

	/**
	 * The last changes.
	 * @param namespaces the namespaces
	 * @return the changes, newest first
	 */
	List<SwitchChangedEvent> recent(Collection<FailoverNamespace> namespaces) {
		return this.recorder.recent(namespaces);
	}

	private void notifyApplied(FailoverNamespace namespace, View before, View after) {
		if (before != after) {
			this.dispatcher.accept("viewApplied", (listener) -> listener.viewApplied(namespace, before, after));
		}
	}

	/**
	 * Ends the thread, and waits up to a second for it to write what is pending.
	 * @param namespaces those whose changes were recorded
	 */
	void close(Collection<FailoverNamespace> namespaces) {
		this.foreignChanges.shutdown();
		try {
			if (!this.foreignChanges.awaitTermination(PATIENCE_AT_CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
				this.foreignChanges.shutdownNow();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			this.foreignChanges.shutdownNow();
		}
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
