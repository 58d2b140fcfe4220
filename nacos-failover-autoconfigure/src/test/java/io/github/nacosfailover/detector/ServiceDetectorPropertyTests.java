package io.github.nacosfailover.detector;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.github.nacosfailover.probe.ProbeResult;
import io.github.nacosfailover.report.DetectorState;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds for {@link ServiceDetector} whatever happens.
 */
class ServiceDetectorPropertyTests {

	private static final Set<String> BACKUP = Set.of("a:1", "b:1", "c:1", "d:1", "e:1", "f:1");

	/**
	 * Something that is so for some seconds.
	 *
	 * @param seconds how long
	 * @param live number of live instances, -1 if there is no answer
	 * @param alive number of instances that answer probes
	 * @param up whether the server is up
	 * @param mayAct whether the process may act
	 * @param operator whether an operator has decided
	 */
	record Phase(int seconds, int live, int alive, boolean up, boolean mayAct, boolean operator) {

	}

	@Provide
	Arbitrary<List<Phase>> phases() {
		return Combinators
			.combine(Arbitraries.integers().between(1, 400), Arbitraries.integers().between(-1, 6),
					Arbitraries.integers().between(0, 6), Arbitraries.of(true, true, true, false),
					Arbitraries.of(true, true, true, false), Arbitraries.of(true, false, false, false))
			.as(Phase::new)
			.list()
			.ofMinSize(1)
			.ofMaxSize(12);
	}

	private static Set<String> first(int count) {
		return new HashSet<>(BACKUP.stream().sorted().limit(count).toList());
	}

	@Property(tries = 300)
	void operatorAlwaysWinsAndNothingIsEverEmptied(@ForAll("phases") List<Phase> phases) {
		ServiceDetector detector = new ServiceDetector(DetectorRules.defaults(0.5, 0.5));
		int second = 0;
		for (Phase phase : phases) {
			Set<String> live = (phase.live() >= 0) ? first(phase.live()) : null;
			for (int end = second + phase.seconds(); second < end; second++) {
				detector.observe(new Observation(TimeUnit.SECONDS.toNanos(second), BACKUP, true, live, phase.up(),
						phase.up() ? 0 : TimeUnit.SECONDS.toNanos(90), false, false, phase.mayAct(), phase.operator()));
				Map<String, ProbeResult> results = new HashMap<>();
				detector.toProbe()
					.forEach((address) -> results.put(address,
							first(phase.alive()).contains(address) ? ProbeResult.ANSWERS : ProbeResult.REFUSED));
				detector.probed(results, false);
				Set<String> serving = detector.serving();
				if (phase.operator()) {
					assertThat(serving).isNull();
				}
				if (serving != null) {
					assertThat(serving).isNotEmpty();
					if (phase.up() && live != null) {
						assertThat(serving).containsAll(live);
					}
				}
			}
		}
	}

	@Property(tries = 100)
	void registryThatTellsTheTruthIsNeverOverridden(@ForAll("phases") List<Phase> phases) {
		ServiceDetector detector = new ServiceDetector(DetectorRules.defaults(0.5, 0.5));
		int second = 0;
		for (Phase phase : phases) {
			// What is listed is what answers.
			Set<String> live = first(phase.alive());
			for (int end = second + phase.seconds(); second < end; second++) {
				detector.observe(new Observation(TimeUnit.SECONDS.toNanos(second), BACKUP, true, live, true, 0, false,
						false, true, false));
				Map<String, ProbeResult> results = new HashMap<>();
				detector.toProbe()
					.forEach((address) -> results.put(address,
							live.contains(address) ? ProbeResult.ANSWERS : ProbeResult.REFUSED));
				detector.probed(results, false);
				assertThat(detector.serving()).isNull();
			}
		}
	}

	@Property(tries = 100)
	void incidentHasOneHoldHoweverOftenTheProcessPauses(@ForAll("phases") List<Phase> phases) {
		ServiceDetector detector = new ServiceDetector(DetectorRules.defaults(0.5, 0.5));
		int second = 0;
		int holds = 0;
		for (Phase phase : phases) {
			for (int end = second + phase.seconds(); second < end; second++) {
				DetectorState before = detector.state();
				detector.observe(new Observation(TimeUnit.SECONDS.toNanos(second), BACKUP, true, first(1), true, 0,
						false, false, true, false));
				Map<String, ProbeResult> results = new HashMap<>();
				detector.toProbe().forEach((address) -> results.put(address, ProbeResult.ANSWERS));
				detector.probed(results, false);
				holds += (before != detector.state() && detector.state() == DetectorState.HELD) ? 1 : 0;
			}
			second += 3600;
			detector.paused(TimeUnit.SECONDS.toNanos(second));
		}
		assertThat(holds).isLessThanOrEqualTo(1);
	}

}
