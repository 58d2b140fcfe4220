package io.github.nacosfailover.detector;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.probe.ProbeResult;
import io.github.nacosfailover.report.DetectorState;
import io.github.nacosfailover.testsupport.InMemoryStore;
import io.github.nacosfailover.thread.Faults;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a process does about holds of earlier processes and of others. The clocks are
 * those of the test.
 */
class HoldMemoryTests {

	private static final ServiceKey ORDERS = ServiceKey.of("DEFAULT_GROUP", "orders");

	private static final DetectorRules RULES = DetectorRules.defaults(0.5, 0.5);

	private static final int WARM_UP = 300;

	private final InMemoryStore store = new InMemoryStore();

	private final Faults faults = new Faults(LoggerFactory.getLogger(HoldMemoryTests.class), "test");

	private final long startMillis = System.currentTimeMillis() - Duration.ofHours(12).toMillis();

	private int second;

	private static Set<String> addresses(int count) {
		Set<String> addresses = new LinkedHashSet<>();
		for (int i = 0; i < count; i++) {
			addresses.add("10.0.0." + i + ":80");
		}
		return addresses;
	}

	private StoredHolds stored() {
		return StoredHolds.parse(this.store.archive().holds().read().get(ORDERS));
	}

	private Process holdThreeTimes(Process process) {
		for (int i = 0; i < 3; i++) {
			process.hold();
			process.recover();
			process.run(3600, 10, 10);
		}
		return process;
	}

	@Test
	void lockOutlivesTheProcessUntilAnOperatorAcknowledgesIt() {
		Process process = holdThreeTimes(new Process());
		process.run(60, 2, 10);
		assertThat(process.state()).isEqualTo(DetectorState.LOCKED);
		process = new Process();
		process.run(1, 2, 10);
		assertThat(process.state()).isEqualTo(DetectorState.LOCKED);
		process.run(1000, 2, 10);
		assertThat(process.state()).isEqualTo(DetectorState.LOCKED);
		process.acknowledge();
		assertThat(process.state()).isNotEqualTo(DetectorState.LOCKED);
		process = new Process();
		process.run(WARM_UP + 60, 2, 10);
		assertThat(process.state()).isEqualTo(DetectorState.HELD);
		assertThat(stored().holds().begun()).hasSize(1);
	}

	@Test
	void holdsOfEarlierProcessesCount() {
		holdThreeTimes(new Process());
		Process process = new Process();
		process.run(WARM_UP + 60, 2, 10);
		assertThat(process.state()).isEqualTo(DetectorState.LOCKED);
	}

	@Test
	void coolDownOutlivesTheProcess() {
		Process process = new Process();
		process.hold();
		process.recover();
		process = new Process();
		process.run(WARM_UP + 100, 2, 10);
		assertThat(process.state()).isEqualTo(DetectorState.SUSPECT);
		process.run(300, 2, 10);
		assertThat(process.state()).isEqualTo(DetectorState.HELD);
	}

	@Test
	void holdThatIsOverWhenTheNextProcessStartsIsOne() {
		Process process = new Process();
		process.hold();
		process = new Process();
		process.run(10, 10, 10);
		assertThat(process.state()).isEqualTo(DetectorState.SUSPECT);
		process.run(60, 10, 10);
		assertThat(process.state()).isEqualTo(DetectorState.NORMAL);
		process.run(3600, 10, 10);
		process.hold();
		assertThat(stored().holds().begun()).hasSize(2);
	}

	@Test
	void longDrainIsForgotten() {
		Process process = new Process();
		process.hold();
		process.run(30, 2, 2);
		assertThat(process.state()).isEqualTo(DetectorState.SUSPECT);
		assertThat(stored().holds().begun()).isEmpty();
	}

	@Test
	void processesThatSeeTheSameIncidentStoreOneHold() {
		Process one = new Process();
		Process other = new Process();
		int start = this.second;
		one.hold();
		this.second = start;
		other.hold();
		assertThat(stored().holds().begun()).hasSize(1);
		start = this.second;
		one.recover();
		this.second = start;
		other.recover();
		assertThat(stored().holds().begun()).hasSize(1);
		assertThat(stored().holds().isOpen()).isFalse();
	}

	@Test
	void otherProcessesAreNotLockedButHearOfAcknowledging() {
		Process one = new Process();
		Process other = new Process();
		int start = this.second;
		holdThreeTimes(one).run(60, 2, 10);
		assertThat(one.state()).isEqualTo(DetectorState.LOCKED);
		this.second = start;
		holdThreeTimes(other).run(60, 2, 10);
		assertThat(other.state()).isEqualTo(DetectorState.LOCKED);
		Process third = new Process(this.startMillis);
		third.run(30, 10, 10);
		assertThat(third.state()).isEqualTo(DetectorState.NORMAL);
		one.acknowledge();
		other.run(20, 10, 10);
		assertThat(other.state()).isEqualTo(DetectorState.NORMAL);
		assertThat(stored().holds()).isEqualTo(PastHolds.NONE);
	}

	@Test
	void whatCannotBeWrittenIsWrittenLater() {
		this.store.archive().fail("disk full");
		Process process = new Process();
		process.hold();
		assertThat(this.faults.current()).containsKey("keeping of holds");
		assertThat(process.state()).isEqualTo(DetectorState.HELD);
		this.store.archive().fail(null);
		process.run(20, 2, 10);
		assertThat(this.faults.current()).isEmpty();
		assertThat(stored().holds().begun()).hasSize(1);
	}

	@Property(tries = 100)
	void crashAtAnyPointOnlyDelays(
			@ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 900) Integer> crashes) {
		for (int seconds : crashes) {
			Process process = new Process();
			process.run(seconds, 2, 10);
			boolean warmUp = seconds <= WARM_UP;
			assertThat(process.state())
				.isIn(warmUp ? Set.of(DetectorState.SUSPECT) : Set.of(DetectorState.SUSPECT, DetectorState.HELD));
		}
		Process last = new Process();
		last.run(WARM_UP + 20, 2, 10);
		assertThat(last.state()).isEqualTo(DetectorState.HELD);
		assertThat(stored().holds().begun()).hasSize(1);
	}

	@Property(tries = 100)
	void crashNeitherUnlocksNorShortensTheCoolDown(
			@ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 4000) Integer> crashes) {
		int holds = 0;
		int lastEnd = Integer.MIN_VALUE / 2;
		for (int seconds : crashes) {
			Process process = new Process();
			for (int end = this.second + seconds; this.second < end;) {
				DetectorState before = process.state();
				// Each incident lasts for 10 minutes, with as long a pause.
				process.run(1, (this.second / 600 % 2 == 0) ? 2 : 10, 10);
				if (before != DetectorState.HELD && before != DetectorState.RECOVERING
						&& process.state() == DetectorState.HELD) {
					assertThat(this.second - lastEnd).isGreaterThanOrEqualTo(599);
					holds++;
				}
				else if (before == DetectorState.RECOVERING && process.state() == DetectorState.NORMAL) {
					lastEnd = this.second;
				}
				if (before == DetectorState.LOCKED) {
					assertThat(process.state()).isEqualTo(DetectorState.LOCKED);
				}
			}
			if (process.detector().isHolding()) {
				// It goes on in the next process.
				holds--;
			}
		}
		assertThat(holds).isLessThanOrEqualTo(3);
		assertThat(stored().holds().begun()).hasSizeLessThanOrEqualTo(3);
	}

	/** A process that starts now and uses one service with 10 instances. */
	private final class Process {

		private final Map<ServiceKey, WatchedService> watched = new HashMap<>();

		private final HoldMemory memory;

		private final int started = HoldMemoryTests.this.second;

		Process() {
			this(HoldMemoryTests.this.startMillis + HoldMemoryTests.this.second * 1000L);
		}

		Process(long wallClock) {
			this.memory = new HoldMemory(HoldMemoryTests.this.store.archive().holds(), HoldMemoryTests.this.faults,
					Runnable::run, now(), wallClock);
			// What is stored is read before the first observation counts.
			this.memory.keep(this.watched, now());
			this.memory.takeOver((key) -> detector(), now());
		}

		private long now() {
			return Duration.ofSeconds(HoldMemoryTests.this.second).toNanos();
		}

		ServiceDetector detector() {
			return this.watched.computeIfAbsent(ORDERS, (key) -> new WatchedService(key, RULES, now())).detector();
		}

		DetectorState state() {
			return detector().state();
		}

		/** Until it is held. */
		void hold() {
			run(Math.max(0, this.started + WARM_UP - HoldMemoryTests.this.second), 10, 10);
			run(20, 2, 10);
			assertThat(state()).isEqualTo(DetectorState.HELD);
		}

		/** Until the hold has ended. */
		void recover() {
			run(310, 10, 10);
			assertThat(state()).isEqualTo(DetectorState.NORMAL);
		}

		void acknowledge() {
			detector().acknowledge(now());
			this.memory.acknowledge(ORDERS, now());
			this.memory.keep(this.watched, now());
		}

		void run(int seconds, int live, int alive) {
			for (int i = 0; i < seconds; i++) {
				HoldMemoryTests.this.second++;
				this.memory.takeOver((key) -> detector(), now());
				boolean mayAct = HoldMemoryTests.this.second - this.started > WARM_UP;
				detector().observe(new Observation(now(), addresses(10), true, addresses(live), true, 0, false, false,
						mayAct, false));
				Map<String, ProbeResult> results = new HashMap<>();
				detector().toProbe()
					.forEach((address) -> results.put(address,
							addresses(alive).contains(address) ? ProbeResult.ANSWERS : ProbeResult.REFUSED));
				detector().probed(results, false);
				this.memory.keep(this.watched, now());
			}
		}

	}

}
