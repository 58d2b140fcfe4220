package io.github.nacosfailover.detector;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.github.nacosfailover.probe.ProbeResult;
import io.github.nacosfailover.report.DetectorState;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ServiceDetector}, second by second on a virtual clock.
 */
class ServiceDetectorTests {

	private final ServiceDetector detector = new ServiceDetector(
			DetectorRules.defaults(0.5, 0.5).withConfirmLoss(Duration.ofSeconds(45)), 0);

	private final Set<String> alive = new LinkedHashSet<>();

	private final Set<String> hostGone = new LinkedHashSet<>();

	private Set<String> backup = addresses(0, 10);

	private Set<String> live = addresses(0, 10);

	private boolean serverUp = true;

	private boolean mayAct = true;

	private boolean operator;

	private boolean usable = true;

	private int second;

	private int downSince = -1;

	ServiceDetectorTests() {
		this.alive.addAll(addresses(0, 20));
	}

	private static Set<String> addresses(int from, int to) {
		Set<String> addresses = new LinkedHashSet<>();
		for (int i = from; i < to; i++) {
			addresses.add("10.0.0." + i + ":80");
		}
		return addresses;
	}

	private void runFor(int seconds) {
		for (int end = this.second + seconds; this.second < end; this.second++) {
			this.downSince = this.serverUp ? -1 : (this.downSince >= 0) ? this.downSince : this.second;
			this.detector
				.observe(new Observation(TimeUnit.SECONDS.toNanos(this.second), this.backup, this.usable, this.live,
						this.serverUp, this.serverUp ? 0 : TimeUnit.SECONDS.toNanos(this.second - this.downSince),
						false, false, this.mayAct, this.operator));
			if (this.second % 5 == 0) {
				probe();
			}
		}
	}

	private void probe() {
		Map<String, ProbeResult> results = new HashMap<>();
		Set<String> due = new LinkedHashSet<>(this.detector.toProbe());
		if (!due.isEmpty()) {
			due.addAll(this.detector.controls());
		}
		due.forEach((address) -> results.put(address, this.alive.contains(address) ? ProbeResult.ANSWERS
				: this.hostGone.contains(address) ? ProbeResult.SILENT : ProbeResult.REFUSED));
		long silent = results.values().stream().filter((result) -> result == ProbeResult.SILENT).count();
		this.detector.probed(results, results.size() >= 3 && silent > 0.9 * results.size());
	}

	@Test
	void holdsWhatAnswersAfterALossThatLasts() {
		this.live = addresses(0, 4);
		runFor(40);
		assertThat(this.detector.state()).isEqualTo(DetectorState.SUSPECT);
		assertThat(this.detector.serving()).isNull();
		runFor(20);
		assertThat(this.detector.state()).isEqualTo(DetectorState.HELD);
		assertThat(this.detector.serving()).isEqualTo(addresses(0, 10));
	}

	@Test
	void goesBackByItselfOnceEnoughIsLiveForLong() {
		this.live = addresses(0, 4);
		runFor(60);
		this.live = addresses(0, 10);
		runFor(5);
		assertThat(this.detector.state()).isEqualTo(DetectorState.RECOVERING);
		runFor(300);
		assertThat(this.detector.state()).isEqualTo(DetectorState.NORMAL);
		assertThat(this.detector.takeOutcome()).isEqualTo(HoldOutcome.RECOVERED);
		assertThat(this.detector.serving()).isNull();
	}

	@Test
	void neverHoldsWhatHasReallyGone() {
		this.alive.removeAll(addresses(4, 10));
		this.hostGone.addAll(addresses(7, 10));
		this.live = addresses(0, 4);
		runFor(600);
		assertThat(this.detector.state()).isEqualTo(DetectorState.SUSPECT);
		assertThat(this.detector.serving()).isNull();
		// Another process has got the addresses since.
		this.alive.addAll(addresses(4, 10));
		runFor(600);
		assertThat(this.detector.state()).isEqualTo(DetectorState.SUSPECT);
		assertThat(this.detector.serving()).isNull();
	}

	@Test
	void fullReplacementIsNoLoss() {
		this.live = addresses(10, 20);
		runFor(120);
		assertThat(this.detector.state()).isEqualTo(DetectorState.NORMAL);
	}

	@Test
	void instancesThatAreDrainedAreNotHeld() {
		this.live = addresses(0, 3);
		runFor(40);
		this.alive.removeAll(addresses(3, 10));
		runFor(600);
		assertThat(this.detector.takeOutcome()).isNull();
		assertThat(this.detector.serving()).isNull();
	}

	@Test
	void drainThatIsTakenForALossDoesNotCount() {
		for (int i = 0; i < 5; i++) {
			this.alive.addAll(addresses(0, 10));
			this.live = addresses(0, 4);
			runFor(60);
			assertThat(this.detector.state()).isEqualTo(DetectorState.HELD);
			this.alive.removeAll(addresses(4, 10));
			runFor(20);
			assertThat(this.detector.takeOutcome()).isEqualTo(HoldOutcome.GONE);
			this.live = addresses(0, 10);
			this.alive.addAll(addresses(0, 10));
			runFor(60);
			assertThat(this.detector.state()).isEqualTo(DetectorState.NORMAL);
		}
	}

	@Test
	void holdEndsWhenNothingThatIsMissingAnswersAnyMore() {
		this.live = addresses(0, 4);
		runFor(60);
		this.alive.removeAll(addresses(4, 10));
		runFor(10);
		assertThat(this.detector.takeOutcome()).isEqualTo(HoldOutcome.GONE);
		assertThat(this.detector.serving()).isNull();
	}

	@Test
	void serverThatFillsUpAfterARestartTakesNothingAway() {
		this.serverUp = false;
		runFor(20);
		this.serverUp = true;
		this.live = Set.of();
		for (int i = 0; i <= 10; i++) {
			this.live = addresses(0, i);
			runFor(2);
			Set<String> serving = this.detector.serving();
			assertThat((serving != null) ? serving : this.live).containsAll(addresses(0, 10));
		}
		runFor(400);
		assertThat(this.detector.state()).isEqualTo(DetectorState.NORMAL);
	}

	@Test
	void whatDiesWhileTheServerIsAwayIsLeftOut() {
		this.serverUp = false;
		runFor(20);
		this.alive.removeAll(addresses(0, 6));
		runFor(20);
		assertThat(this.detector.serving()).isEqualTo(addresses(6, 10));
	}

	@Test
	void somethingIsServedThoughNothingAnswers() {
		this.serverUp = false;
		runFor(20);
		this.alive.clear();
		runFor(20);
		assertThat(this.detector.serving()).isEqualTo(addresses(0, 10));
	}

	@Test
	void operatorWinsAtOnceAndForAsLongAsTheWordStands() {
		this.live = addresses(0, 4);
		runFor(60);
		this.operator = true;
		runFor(1);
		assertThat(this.detector.serving()).isNull();
		assertThat(this.detector.takeOutcome()).isEqualTo(HoldOutcome.OPERATOR);
		runFor(3600);
		assertThat(this.detector.serving()).isNull();
	}

	@Test
	void serviceIsNotHeldAgainRightAfterAnOperatorHasSwitchedOff() {
		this.live = addresses(0, 4);
		runFor(60);
		assertThat(this.detector.state()).isEqualTo(DetectorState.HELD);
		this.detector.decidedByOperator(TimeUnit.SECONDS.toNanos(this.second));
		assertThat(this.detector.serving()).isNull();
		assertThat(this.detector.takeOutcome()).isEqualTo(HoldOutcome.OPERATOR);
		runFor(500);
		assertThat(this.detector.state()).isEqualTo(DetectorState.SUSPECT);
		assertThat(this.detector.serving()).isNull();
		runFor(200);
		assertThat(this.detector.state()).isEqualTo(DetectorState.HELD);
	}

	@Test
	void nothingIsHeldBeforeAProcessMayAct() {
		this.mayAct = false;
		this.live = addresses(0, 4);
		runFor(300);
		assertThat(this.detector.serving()).isNull();
		this.mayAct = true;
		runFor(1);
		assertThat(this.detector.state()).isEqualTo(DetectorState.HELD);
	}

	@Test
	void nothingIsHeldFromABackupThatIsOldOrSmall() {
		this.usable = false;
		this.live = Set.of();
		runFor(300);
		assertThat(this.detector.serving()).isNull();
		this.usable = true;
		this.backup = addresses(0, 2);
		runFor(300);
		assertThat(this.detector.serving()).isNull();
	}

	@Test
	void unknownIsNoEvidence() {
		this.live = null;
		runFor(300);
		assertThat(this.detector.state()).isEqualTo(DetectorState.NORMAL);
	}

	@Test
	void ownNetworkThatFailsMakesNothingDead() {
		this.live = addresses(0, 4);
		runFor(60);
		this.alive.clear();
		this.hostGone.addAll(addresses(0, 10));
		runFor(60);
		assertThat(this.detector.serving()).isEqualTo(addresses(0, 10));
	}

	@Test
	void pauseMakesALossBeginAgain() {
		this.live = addresses(0, 4);
		runFor(40);
		this.second += 3600;
		this.detector.paused(TimeUnit.SECONDS.toNanos(this.second));
		runFor(40);
		assertThat(this.detector.state()).isEqualTo(DetectorState.SUSPECT);
	}

	@Test
	void thirdHoldWithinADayIsTheLastUntilAnOperatorHasLooked() {
		for (int i = 0; i < 3; i++) {
			this.live = addresses(0, 4);
			runFor(60);
			assertThat(this.detector.state()).isEqualTo(DetectorState.HELD);
			this.live = addresses(0, 10);
			// Each further hold makes the pause after it twice as long.
			runFor(400 + (600 << i));
			assertThat(this.detector.state()).isEqualTo(DetectorState.NORMAL);
		}
		this.live = addresses(0, 4);
		runFor(60);
		assertThat(this.detector.state()).isEqualTo(DetectorState.LOCKED);
		assertThat(this.detector.serving()).isNull();
		this.detector.acknowledge(TimeUnit.SECONDS.toNanos(this.second));
		runFor(60);
		assertThat(this.detector.state()).isEqualTo(DetectorState.HELD);
	}

	@Test
	void coolsDownBeforeTheNextHold() {
		this.live = addresses(0, 4);
		runFor(60);
		this.live = addresses(0, 10);
		runFor(310);
		assertThat(this.detector.state()).isEqualTo(DetectorState.NORMAL);
		this.live = addresses(0, 4);
		runFor(120);
		assertThat(this.detector.state()).isEqualTo(DetectorState.SUSPECT);
		runFor(600);
		assertThat(this.detector.state()).isEqualTo(DetectorState.HELD);
	}

}
