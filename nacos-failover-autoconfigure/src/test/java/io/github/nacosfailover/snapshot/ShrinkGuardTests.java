package io.github.nacosfailover.snapshot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.snapshot.GuardedServices.Content;
import io.github.nacosfailover.snapshot.SnapshotDecision.Action;
import io.github.nacosfailover.store.SavedBackup;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ShrinkGuard}.
 */
class ShrinkGuardTests {

	private static final Duration SETTLE = GuardedServices.SETTINGS.settle();

	private static final ServiceKey KEY = GuardedServices.key(0);

	private final GuardedServices services = new GuardedServices();

	@Test
	void whatHasNoHealthyInstanceIsNoFirstBackup() {
		this.services.live(0, 0).look();
		assertThat(this.services.saved(0)).isNull();
		this.services.live(0, 3).look();
		assertThat(this.services.saved(0)).isEqualTo(3);
	}

	@Test
	void growthAndSmallLossesAreTakenAtOnce() {
		this.services.live(0, 10).look();
		this.services.live(0, 5).look();
		assertThat(this.services.saved(0)).isEqualTo(5);
		this.services.live(0, 40).look();
		assertThat(this.services.saved(0)).isEqualTo(40);
	}

	@Test
	void largeLossIsKeptWithNumbersUntilItHasSettled() {
		this.services.live(0, 20).look();
		this.services.live(0, 9);
		SnapshotDecision decision = this.services.look().get(KEY);
		assertThat(decision.action()).isEqualTo(Action.KEEP);
		assertThat(decision.reason()).contains("9 of 20 healthy instances", "50 %", "15 m");
		this.services.lookFor(SETTLE.minusMinutes(1));
		assertThat(this.services.saved(0)).isEqualTo(20);
		this.services.lookFor(Duration.ofMinutes(1));
		assertThat(this.services.saved(0)).isEqualTo(9);
	}

	@Test
	void emptyServiceLosesItsBackupWhenItHasSettled() {
		this.services.live(0, 20).look();
		this.services.live(0, 0).look();
		this.services.lookFor(SETTLE.minusMinutes(1));
		assertThat(this.services.saved(0)).isEqualTo(20);
		this.services.lookFor(Duration.ofMinutes(1));
		assertThat(this.services.saved(0)).isNull();
	}

	@Test
	void settlingStartsAgainWhenItGetsWorseAndGoesOnWhenItGetsBetter() {
		this.services.live(0, 20).look();
		this.services.live(0, 7).look();
		this.services.lookFor(Duration.ofMinutes(10));
		this.services.live(0, 6).look();
		this.services.lookFor(Duration.ofMinutes(14));
		assertThat(this.services.saved(0)).isEqualTo(20);
		this.services.live(0, 8).look();
		this.services.lookFor(Duration.ofMinutes(1));
		assertThat(this.services.saved(0)).isEqualTo(8);
	}

	@Test
	void settlingStartsAgainAfterARecovery() {
		this.services.live(0, 20).look();
		this.services.live(0, 5).look();
		this.services.lookFor(Duration.ofMinutes(14));
		this.services.live(0, 20).look();
		this.services.live(0, 5).look();
		this.services.lookFor(Duration.ofMinutes(14));
		assertThat(this.services.saved(0)).isEqualTo(20);
	}

	@Test
	void bleedingInSmallStepsDoesNotErodeABackup() {
		int[] steps = { 20, 15, 12, 9, 5, 2, 1, 0 };
		for (int healthy : steps) {
			this.services.live(0, healthy).look();
			this.services.pass(Duration.ofMinutes(1));
		}
		assertThat(this.services.saved(0)).isEqualTo(12);
		this.services.restart(Duration.ZERO);
		this.services.live(0, 7).look();
		assertThat(this.services.saved(0)).isEqualTo(12);
	}

	@Test
	void restartsAndClocksThatAreSetDoNotShortenSettling() {
		this.services.live(0, 20).look();
		this.services.live(0, 2).look();
		for (int i = 0; i < 10; i++) {
			this.services.lookFor(Duration.ofMinutes(1));
			this.services.restart(Duration.ofDays((i % 2 != 0) ? -300 : 200));
			this.services.look();
		}
		this.services.lookFor(Duration.ofMinutes(4));
		assertThat(this.services.saved(0)).isEqualTo(20);
		this.services.lookFor(Duration.ofMinutes(1));
		assertThat(this.services.saved(0)).isEqualTo(2);
	}

	@Test
	void timeInWhichNothingWasSeenDoesNotCount() {
		this.services.live(0, 20).look();
		this.services.live(0, 2).look();
		this.services.serverIsAway(Duration.ofHours(2));
		this.services.look();
		this.services.pass(Duration.ofHours(2));
		SnapshotDecision decision = this.services.look().get(KEY);
		assertThat(decision.action()).isEqualTo(Action.KEEP);
		assertThat(this.services.saved(0)).isEqualTo(20);
	}

	@Test
	void nothingSettlesWhileNobodyCanTellWhetherTheServerIsThere() {
		this.services.live(0, 20).look();
		this.services.live(0, 2);
		for (int i = 0; i < 60; i++) {
			this.services.pass(Duration.ofMinutes(1));
			assertThat(this.services.decide(Set.of(KEY), false).get(KEY).action()).isEqualTo(Action.KEEP);
		}
	}

	@Test
	void manyThatShrinkAtOnceNeverSettle() {
		for (int i = 0; i < 9; i++) {
			this.services.live(i, 10);
		}
		this.services.look();
		this.services.live(0, 1).live(1, 1).look();
		Map<ServiceKey, SnapshotDecision> decisions = this.services.lookFor(Duration.ofHours(5));
		assertThat(decisions.get(KEY).reason()).contains("2 of 9 services", "20 %");
		assertThat(this.services.saved(0)).isEqualTo(10);
		this.services.live(1, 10).look();
		this.services.lookFor(SETTLE.minusMinutes(1));
		assertThat(this.services.saved(0)).isEqualTo(10);
		this.services.lookFor(Duration.ofMinutes(2));
		assertThat(this.services.saved(0)).isEqualTo(1);
	}

	@Test
	void oneOfFewServicesIsNotMany() {
		this.services.live(0, 10).live(1, 10).look();
		this.services.live(0, 1).look();
		this.services.lookFor(SETTLE);
		assertThat(this.services.saved(0)).isEqualTo(1);
	}

	@Test
	void forceTakesWhatIsHeldAndForgetsWhatWasBefore() {
		this.services.live(0, 20).look();
		this.services.live(0, 3).look();
		this.services.force(KEY);
		assertThat(this.services.saved(0)).isEqualTo(3);
		this.services.live(0, 2).look();
		assertThat(this.services.saved(0)).isEqualTo(2);
	}

	@Test
	void restoredBackupIsNotUndoneByTheNextRoundNorAfterARestart() {
		this.services.live(0, 10).look();
		this.services.restore(KEY, new Content(10, 7));
		SnapshotDecision decision = this.services.look().get(KEY);
		assertThat(decision.action()).isEqualTo(Action.KEEP);
		assertThat(decision.reason()).contains("was restored", "15 m");
		this.services.restart(Duration.ofDays(1));
		this.services.look();
		this.services.lookFor(SETTLE.minusMinutes(1));
		assertThat(this.services.saved.get(KEY).version()).isEqualTo(7);
		this.services.lookFor(Duration.ofMinutes(1));
		assertThat(this.services.saved.get(KEY).version()).isZero();
	}

	@Test
	void whatWasBackedUpLatelyCountsForAServiceThatIsServedRightAfterARestart() {
		this.services.live(0, 20).look();
		this.services.pass(Duration.ofSeconds(10));
		this.services.live(0, 10).look();
		assertThat(this.services.saved(0)).isEqualTo(10);
		this.services.restart(Duration.ZERO);
		this.services.served(KEY);
		this.services.live(0, 12).look();
		assertThat(this.services.saved(0)).isEqualTo(10);
	}

	@Test
	void restoreRightAfterARestartDoesNotForgetThatTheServiceWasServed() {
		this.services.live(0, 20).look();
		this.services.served(KEY);
		this.services.restart(Duration.ZERO);
		this.services.restore(KEY, new Content(5, 0));
		assertThat(this.services.stored.get(KEY)).contains("servedFor=0", "restoredFor=0");
	}

	@Test
	void restoreRightAfterARestartKeepsTheLossAndTheBackupsThatAreStored() {
		this.services.live(0, 20).look();
		this.services.live(0, 4).look();
		String stored = this.services.stored.get(KEY);
		assertThat(stored).contains("backups=20@0", "shrunk=4@0", "episode=");
		this.services.restart(Duration.ZERO);
		this.services.restore(KEY, new Content(5, 0));
		assertThat(this.services.stored.get(KEY)).startsWith(stored).contains("restoredFor=0");
	}

	@Test
	void restoreThatIsNotStoredCountsFromTheNextRound() {
		GuardProcess process = new GuardProcess(false);
		process.states.markRestored(Set.of(KEY));
		assertThat(process.states.watched()).containsExactly(KEY);
		process.states.beginRound(Set.of(KEY), Map.of(KEY, "backups=20@0,10@0"));
		process.guard.decide(Map.of(KEY, new Observation(new Content(10, 0).toSaved(), false, 12, true)), 0);
		assertThat(process.states.merge(Map.of())).containsOnlyKeys(KEY)
			.containsEntry(KEY, "backups=20@0,10@0;restoredFor=0");
	}

	@Test
	void serviceThatIsServedTakesOverTheBackupsThatAnotherProcessHasStored() {
		GuardProcess process = new GuardProcess(false);
		process.states.beginRound(Set.of(KEY), Map.of());
		process.states.markServed(Set.of(KEY));
		Map<ServiceKey, String> stored = process.states.mergeServed(Map.of(KEY, "backups=20@0,10@0"));
		assertThat(stored).containsEntry(KEY, "backups=20@0,10@0;servedFor=0");
		process.states.beginRound(Set.of(KEY), stored);
		Observation observation = new Observation(new Content(10, 0).toSaved(), false, 12, true);
		assertThat(process.guard.decide(Map.of(KEY, observation), 0).get(KEY).action()).isEqualTo(Action.KEEP);
	}

	@Test
	void serviceThatIsServedStaysStoredWhenAnotherOneIsForced() {
		this.services.live(0, 20).live(1, 20).look();
		this.services.served(KEY);
		this.services.force(GuardedServices.key(1));
		assertThat(this.services.stored.get(KEY)).contains("servedFor=0");
	}

	@Test
	void backupThatARestoreRemovedStaysAway() {
		this.services.live(0, 10).look();
		this.services.restore(KEY, null);
		assertThat(this.services.look().get(KEY).action()).isEqualTo(Action.KEEP);
		this.services.lookFor(SETTLE);
		assertThat(this.services.saved(0)).isEqualTo(10);
	}

	@Test
	void anotherProcessDoesNotUndoARestoreEither() {
		GuardProcess here = new GuardProcess(false);
		GuardProcess there = new GuardProcess(false);
		there.states.beginRound(Set.of(KEY), Map.of());
		here.states.markRestored(Set.of(KEY));
		there.states.beginRound(Set.of(KEY), here.states.merge(Map.of()));
		Observation observation = new Observation(new Content(10, 7).toSaved(), false, 10, true);
		assertThat(there.guard.decide(Map.of(KEY, observation), 0).get(KEY).action()).isEqualTo(Action.KEEP);
	}

	@Test
	void lossThatAnotherProcessDoesNotSeeNeverSettles() {
		assertThat(decideForAnHour(false)).contains(Action.TAKE);
		assertThat(decideForAnHour(true)).containsOnly(Action.KEEP);
	}

	/** One process sees a loss, each minute; the other sees all, each ten minutes. */
	private static List<Action> decideForAnHour(boolean contradicted) {
		GuardProcess broken = new GuardProcess(false);
		GuardProcess whole = new GuardProcess(false);
		SavedBackup saved = new Content(20, 20).toSaved();
		Map<ServiceKey, String> stored = Map.of();
		List<Action> actions = new ArrayList<>();
		for (int minute = 0; minute < 60; minute++) {
			long now = Duration.ofMinutes(minute).toNanos();
			broken.states.beginRound(Set.of(KEY), stored);
			actions
				.add(broken.guard.decide(Map.of(KEY, new Observation(saved, false, 3, true)), now).get(KEY).action());
			stored = broken.states.merge(stored);
			if (contradicted && minute % 10 == 5) {
				whole.states.beginRound(Set.of(KEY), stored);
				whole.guard.decide(Map.of(KEY, new Observation(saved, true, 20, true)), now);
				stored = whole.states.merge(stored);
			}
		}
		return actions;
	}

	@Test
	void whatOthersRememberOfTheirServicesIsLeftToThem() {
		GuardProcess here = new GuardProcess(false);
		here.states.markRestored(Set.of(KEY));
		Map<ServiceKey, String> stored = here.states.merge(Map.of());
		here.states.release(Set.of(KEY));
		assertThat(here.states.merge(Map.of(KEY, "theirs"))).containsExactly(Map.entry(KEY, "theirs"));
		assertThat(stored).containsKey(KEY);
		assertThat(here.states.watched()).isEmpty();
	}

	@Test
	void damagedStateIsIgnored() {
		this.services.live(0, 20).look();
		this.services.stored = Map.of(KEY, "backups=;shrunk=x@y", GuardedServices.key(5), "of somebody else");
		this.services.live(0, 9).look();
		assertThat(this.services.saved(0)).isEqualTo(20);
		assertThat(this.services.stored).containsEntry(GuardedServices.key(5), "of somebody else");
	}

	@Test
	void nothingIsRememberedOfServicesThatAreAsTheyShouldBe() {
		this.services.live(0, 20).look();
		this.services.live(0, 15).look();
		assertThat(this.services.stored).isNotEmpty();
		this.services.lookFor(SETTLE.plusMinutes(1));
		assertThat(this.services.stored).isEmpty();
	}

}
