package io.github.nacosfailover.guard;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.StageEnd;
import io.github.nacosfailover.engine.SwitchObstacle;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.exception.FailoverUnavailableException;
import io.github.nacosfailover.request.SwitchScope;
import io.github.nacosfailover.source.SwitchStage;
import io.github.nacosfailover.source.SwitchStage.State;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.StagedFleet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries on the stages of switches. Each instance of the first share compares its own
 * figures with those before the stage, and says with its reports whether they got worse.
 * One of them lets the others follow once all have said that nothing got worse during the
 * whole hold. Any instance stops the stage once one of the first share says something
 * else, is gone, or says nothing for too long. So it depends on no single instance, and
 * on no clock but those that measure durations. Called by one thread.
 */
final class StageWatch {

	private static final Logger logger = LoggerFactory.getLogger(StageWatch.class);

	private static final String AUTHOR = "stage";

	/** Number of instances from which on they look less often, each for all. */
	private static final double LARGE_FLEET = 10;

	private static final long REMEMBER_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

	private static final String WATCHING = " watching";

	private static final String WELL = " well";

	private static final String WORSE = " worse ";

	private final FailoverEngine engine;

	private final ProcessHealth health;

	private final StageTimes times;

	/** How namespaces were when there was no stage. */
	private final Map<FailoverNamespace, Before> before = new ConcurrentHashMap<>();

	private final Map<FailoverNamespace, Watched> watched = new ConcurrentHashMap<>();

	StageWatch(FailoverEngine engine, ProcessHealth health, StageTimes times) {
		this.engine = engine;
		this.health = health;
		this.times = times;
	}

	/**
	 * Looks after the stage of a namespace, if there is one.
	 * @param namespace the namespace
	 */
	void look(FailoverNamespace namespace) {
		StagedFleet fleet = namespace.store().stagedFleet();
		if (fleet == null) {
			return;
		}
		SwitchStage stage = running(namespace);
		if (stage == null) {
			if (this.watched.remove(namespace) != null) {
				fleet.say(null);
			}
			this.before.compute(namespace, this::remember);
			return;
		}
		Watched known = this.watched.get(namespace);
		Watched watched = (known != null && known.id.equals(stage.id())) ? known
				: new Watched(stage.id(), this.before.get(namespace));
		this.watched.put(namespace, watched);
		if (stage.state() == State.RUNNING && stage.members().contains(fleet.instance())) {
			observe(namespace, fleet, stage, watched);
		}
		if (watched.isTimeToLook(this.times, stage.instances())) {
			if (stage.state() == State.RUNNING) {
				decide(namespace, fleet, stage, watched);
			}
			else {
				end(namespace, stage, State.STOPPED, stage.detail());
			}
		}
	}

	/** Health indicators are left out: they may take long, and there is no hurry. */
	private Before remember(FailoverNamespace namespace, @Nullable Before known) {
		long now = System.nanoTime();
		if (known == null || now - known.at() >= REMEMBER_EVERY_NANOS) {
			return new Before(StageFigures.of(namespace, new ProcessHealth(this.health.failedCalls(), List::of)), now);
		}
		return new Before(known.figures().withFailedCalls(this.health.failedCalls().getAsLong()), known.at());
	}

	private static @Nullable SwitchStage running(FailoverNamespace namespace) {
		SwitchState shared = namespace.store().state().failoverSwitch();
		return (shared != null) ? shared.runningStage() : null;
	}

	/** What got worse stays so: it is not known what it would be for the others. */
	private void observe(FailoverNamespace namespace, StagedFleet fleet, SwitchStage stage, Watched watched) {
		if (watched.worse == null) {
			watched.worse = findWorse(namespace, watched);
		}
		if (watched.worse != null) {
			fleet.say(stage.id() + WORSE + watched.worse);
			end(namespace, stage, State.STOPPED, "stopped: %s: %s".formatted(fleet.instance(), watched.worse));
		}
		else {
			fleet.say(stage.id() + ((watched.nanos() >= stage.hold().toNanos()) ? WELL : WATCHING));
		}
	}

	private @Nullable String findWorse(FailoverNamespace namespace, Watched watched) {
		if (namespace.view().activeSource() != namespace.store()) {
			return "it does not follow the store but source '%s'".formatted(namespace.view().activeSource().name());
		}
		StageFigures figures = StageFigures.of(namespace, this.health);
		StageFigures begin = watched.begin;
		if (begin == null) {
			// A process that has just started has had no time to see what was before.
			begin = (watched.before != null) ? watched.before.figures().withNotUp(figures.notUp())
					: figures.withoutQueriesInVain();
			watched.begin = begin;
		}
		return figures.worseThan(begin);
	}

	private void decide(FailoverNamespace namespace, StagedFleet fleet, SwitchStage stage, Watched watched) {
		Map<String, String> said;
		try {
			said = fleet.said();
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("What the instances of a stage say cannot be read, so it does not go on", ex);
			return;
		}
		boolean well = true;
		for (String member : stage.members()) {
			String text = said.get(member);
			String objection = objection(stage, text, watched);
			if (objection != null) {
				end(namespace, stage, State.STOPPED, "stopped: %s %s".formatted(member, objection));
				return;
			}
			well &= (stage.id() + WELL).equals(text);
		}
		// The first share knows what it has seen; another one is needed if that hangs.
		boolean late = watched.nanos() > stage.hold().plus(this.times.patience()).toNanos();
		if (well && (late || stage.members().contains(fleet.instance()))) {
			end(namespace, stage, State.DONE, null);
		}
	}

	private @Nullable String objection(SwitchStage stage, @Nullable String text, Watched watched) {
		if (text == null) {
			return "is gone, so it is not known how it is";
		}
		if (text.startsWith(stage.id() + WORSE)) {
			return "has got worse: " + text.substring(stage.id().length() + WORSE.length());
		}
		if (!text.startsWith(stage.id()) && watched.nanos() > this.times.patience().toNanos()) {
			return "has not applied the switch within %d s".formatted(this.times.patience().toSeconds());
		}
		if (watched.nanos() > stage.hold().plus(this.times.patience()).toNanos() && !text.equals(stage.id() + WELL)) {
			return "has not said within %d s after the hold how it is".formatted(this.times.patience().toSeconds());
		}
		return null;
	}

	private void end(FailoverNamespace namespace, SwitchStage stage, State state, @Nullable String detail) {
		if (SwitchObstacle.of(namespace, SwitchScope.ALL) != null) {
			// Another instance has to do it.
			return;
		}
		try {
			this.engine.endStage(namespace, new StageEnd(stage.id(), state, AUTHOR, SwitchOrigin.STAGE, detail, false));
		}
		catch (FailoverUnavailableException ex) {
			logger.debug("The stage of namespace '{}' cannot be ended now", namespace.name(), ex);
		}
		catch (FailoverRefusedException ex) {
			refused(namespace, stage, state, detail, String.join("; ", ex.getReasons()));
		}
	}

	private void refused(FailoverNamespace namespace, SwitchStage stage, State state, @Nullable String detail,
			String reasons) {
		SwitchStage now = running(namespace);
		if (now == null || !now.id().equals(stage.id()) || now.state() != State.RUNNING) {
			return;
		}
		if (state == State.DONE) {
			end(namespace, stage, State.STOPPED, "stopped: the others cannot follow: " + reasons);
		}
		else if (state == State.STOPPED) {
			end(namespace, stage, State.GOING_BACK, "%s; not back yet: %s".formatted(detail, reasons));
		}
	}

	/**
	 * How a namespace was.
	 *
	 * @param figures its figures
	 * @param at when they were looked at, on a monotonic clock
	 */
	private record Before(StageFigures figures, long at) {

	}

	/** What this process has seen of a stage. */
	private static final class Watched {

		private final String id;

		private final long since = System.nanoTime();

		private final @Nullable Before before;

		private @Nullable StageFigures begin;

		private @Nullable String worse;

		private long nextLook = System.nanoTime();

		Watched(String id, @Nullable Before before) {
			this.id = id;
			this.before = before;
		}

		long nanos() {
			return System.nanoTime() - this.since;
		}

		/** Spread, so that the load on the store does not grow with the fleet. */
		boolean isTimeToLook(StageTimes times, int instances) {
			long now = System.nanoTime();
			if (now - this.nextLook < 0) {
				return false;
			}
			this.nextLook = now + (long) (times.look().toNanos()
					* (1 + ThreadLocalRandom.current().nextDouble(instances / LARGE_FLEET)));
			return true;
		}

	}

}
