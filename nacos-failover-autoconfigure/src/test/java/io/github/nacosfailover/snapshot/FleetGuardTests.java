package io.github.nacosfailover.snapshot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.SavedBackup;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ShrinkGuard}s of several processes that share a backup and the guard
 * state of it.
 */
class FleetGuardTests {

	private static final ServiceKey KEY = ServiceKey.of("DEFAULT_GROUP", "orders");

	private static final SavedBackup TEN = new SavedBackup("ten", 10, 10);

	private static final Duration SETTLE = GuardedServices.SETTINGS.settle();

	private static final Duration WATCH = GuardedServices.SETTINGS.watchPause();

	private Map<ServiceKey, String> stored = Map.of();

	private int writes;

	private long clock = Long.MAX_VALUE - SETTLE.toNanos();

	@Test
	void lossThatOneSeesNeverSettlesWhileAnotherSeesTheServiceWhole() {
		GuardProcess broken = guard();
		GuardProcess whole = guard();
		for (Duration passed = Duration.ZERO; passed.compareTo(SETTLE.multipliedBy(10)) < 0; passed = passed
			.plus(WATCH)) {
			assertThat(look(broken, 2)).isEqualTo(SnapshotDecision.Action.KEEP);
			if (!whole.states.shrunkForOthers(this.stored).isEmpty()) {
				look(whole, 10);
			}
			pass(WATCH);
		}
	}

	@Test
	void neitherDoesItOfManyThatSeeIt() {
		List<GuardProcess> broken = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			broken.add(guard());
		}
		GuardProcess whole = guard();
		for (int round = 0; round < 50; round++) {
			for (int i = 0; i < broken.size(); i++) {
				assertThat(look(broken.get(i), 2)).isEqualTo(SnapshotDecision.Action.KEEP);
				pass(WATCH.dividedBy(20));
				if (i == 7) {
					// Between two that hold: the later ones begin anew, the earlier have
					// to.
					look(whole, 10);
				}
			}
		}
	}

	@Test
	void lossThatAllSeeSettlesForAll() {
		List<GuardProcess> guards = List.of(guard(), guard(), guard());
		whileItSettles(
				() -> guards.forEach((guard) -> assertThat(look(guard, 2)).isEqualTo(SnapshotDecision.Action.KEEP)));
		assertThat(look(guards.get(0), 2)).isEqualTo(SnapshotDecision.Action.TAKE);
	}

	@Test
	void disputeBetweenTheLookAndTheWriteCounts() {
		GuardProcess broken = guard();
		GuardProcess whole = guard();
		whileItSettles(() -> look(broken, 2));
		broken.states.beginRound(Set.of(KEY), this.stored);
		assertThat(decide(broken, 2)).isEqualTo(SnapshotDecision.Action.TAKE);
		look(whole, 10);
		store(broken);
		assertThat(broken.states.disputed()).containsExactly(KEY);
	}

	@Test
	void whoCannotTellWhetherTheServerIsThereDisputesNothing() {
		GuardProcess broken = guard();
		GuardProcess uncertain = guard();
		whileItSettles(() -> {
			look(broken, 2);
			lookAll(uncertain, Map.of(KEY, new Observation(TEN, true, 10, false)));
		});
		assertThat(look(broken, 2)).isEqualTo(SnapshotDecision.Action.TAKE);
	}

	@Test
	void timeSettledSoFarOutlivesARestartOfAll() {
		GuardProcess first = guard();
		whileItSettles(() -> look(first, 2));
		GuardProcess restarted = guard();
		look(restarted, 2);
		for (Duration passed = Duration.ZERO; passed.compareTo(SETTLE.dividedBy(4)) < 0; passed = passed.plus(WATCH)) {
			pass(WATCH);
			look(restarted, 2);
		}
		assertThat(look(restarted, 2)).isEqualTo(SnapshotDecision.Action.TAKE);
	}

	@Test
	void halfOfAServiceThatWasServedIsTakenByNobodyUntilThatHasSettled() {
		List<GuardProcess> guards = List.of(guard(), guard(), guard());
		serve(guards.get(0));
		whileItSettles(
				() -> guards.forEach((guard) -> assertThat(look(guard, 6)).isEqualTo(SnapshotDecision.Action.KEEP)));
		assertThat(look(guards.get(2), 6)).isEqualTo(SnapshotDecision.Action.TAKE);
	}

	@Test
	void serviceThatWasServedAndIsWholeAgainMayShrinkAsEver() {
		List<GuardProcess> guards = List.of(guard(), guard());
		serve(guards.get(0));
		guards.forEach((guard) -> look(guard, 5));
		pass(WATCH);
		guards.forEach((guard) -> look(guard, 10));
		pass(WATCH);
		assertThat(this.stored).isEmpty();
		assertThat(look(guards.get(0), 6)).isEqualTo(SnapshotDecision.Action.TAKE);
	}

	@Test
	void thatManyServeIsWrittenOnce() {
		List<GuardProcess> guards = List.of(guard(), guard(), guard());
		guards.forEach(this::serve);
		guards.forEach(this::serve);
		assertThat(this.writes).isEqualTo(1);
	}

	@Test
	void timeSinceARestorePassesThoughItIsRarelyStored() {
		GuardProcess guard = guard();
		guard.states.markRestored(Set.of(KEY));
		store(guard);
		whileItSettles(() -> assertThat(look(guard, 12)).isEqualTo(SnapshotDecision.Action.KEEP));
		pass(WATCH);
		assertThat(look(guard, 12)).isEqualTo(SnapshotDecision.Action.TAKE);
	}

	private void serve(GuardProcess guard) {
		guard.states.markServed(Set.of(KEY));
		Map<ServiceKey, String> after = guard.states.mergeServed(this.stored);
		guard.states.servedStored();
		if (!after.equals(this.stored)) {
			this.stored = after;
			this.writes++;
		}
	}

	@Test
	void manyProcessesThatWaitTogetherWriteNoMoreThanOne() {
		List<GuardProcess> guards = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			guards.add(guard());
		}
		whileItSettles(() -> guards.forEach((guard) -> look(guard, 2)));
		assertThat(this.writes).isBetween(1, 10);
		int before = this.writes;
		// The service is back, as all see one after the other.
		guards.forEach((guard) -> look(guard, 10));
		assertThat(this.writes).isEqualTo(before + 1);
		assertThat(this.stored).isEmpty();
	}

	@Test
	void processesThatDifferDoNotWriteMoreTheMoreTheyAre() {
		List<GuardProcess> broken = new ArrayList<>();
		List<GuardProcess> whole = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			broken.add(guard());
			whole.add(guard());
		}
		for (int round = 0; round < 10; round++) {
			broken.forEach((guard) -> look(guard, 2));
			whole.forEach((guard) -> {
				if (!guard.states.shrunkForOthers(this.stored).isEmpty()) {
					look(guard, 10);
				}
			});
			pass(WATCH);
		}
		// One that holds and one that disputes it, each round.
		assertThat(this.writes).isLessThanOrEqualTo(20);
	}

	@Test
	void manyLossesOfOneViewStopTheClocksOfAllOnce() {
		GuardProcess one = guard();
		GuardProcess faulty = guard();
		Map<ServiceKey, Observation> all = new HashMap<>();
		for (int i = 0; i < 9; i++) {
			all.put(GuardedServices.key(i), new Observation(TEN, true, 10, true));
		}
		all.put(KEY, new Observation(TEN, false, 2, true));
		for (int i = 0; i < 5; i++) {
			lookAll(one, all);
			pass(WATCH);
		}
		int before = this.writes;
		all.replaceAll((key, observation) -> new Observation(TEN, false, 0, true));
		lookAll(faulty, all);
		assertThat(this.writes).isGreaterThan(before);
		before = this.writes;
		for (int i = 0; i < 5; i++) {
			pass(WATCH);
			lookAll(faulty, all);
		}
		assertThat(this.writes).isEqualTo(before);
	}

	/** Lets the time pass that a loss takes to settle, and looks whenever it is due. */
	private void whileItSettles(Runnable look) {
		for (Duration passed = Duration.ZERO; passed.compareTo(SETTLE) < 0; passed = passed.plus(WATCH)) {
			look.run();
			pass(WATCH);
		}
	}

	private static GuardProcess guard() {
		return new GuardProcess(true);
	}

	private SnapshotDecision.Action look(GuardProcess guard, int healthy) {
		guard.states.beginRound(Set.of(KEY), this.stored);
		SnapshotDecision.Action action = decide(guard, healthy);
		store(guard);
		return action;
	}

	private SnapshotDecision.Action decide(GuardProcess guard, int healthy) {
		Observation observation = new Observation(TEN, healthy == TEN.healthy(), healthy, true);
		return guard.guard.decide(Map.of(KEY, observation), this.clock).get(KEY).action();
	}

	private void lookAll(GuardProcess guard, Map<ServiceKey, Observation> round) {
		guard.states.beginRound(round.keySet(), this.stored);
		guard.guard.decide(round, this.clock);
		store(guard);
	}

	private void store(GuardProcess guard) {
		Map<ServiceKey, String> after = guard.states.merge(this.stored);
		if (!after.equals(this.stored)) {
			this.stored = after;
			this.writes++;
		}
	}

	private void pass(Duration duration) {
		this.clock += duration.toNanos();
	}

}
