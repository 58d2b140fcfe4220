package io.github.nacosfailover.liveness;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.probe.ProbeResult;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ServiceLiveness}.
 */
class ServiceLivenessTests {

	private static final List<String> TEN = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

	private static final long SECOND = 1_000_000_000L;

	private final ServiceLiveness liveness = new ServiceLiveness(0.3);

	ServiceLivenessTests() {
		this.liveness.retain(TEN);
	}

	private static Map<String, ProbeResult> results(String answers, String refused, String silent) {
		Map<String, ProbeResult> results = new HashMap<>();
		answers.chars().forEach((c) -> results.put(String.valueOf((char) c), ProbeResult.ANSWERS));
		refused.chars().forEach((c) -> results.put(String.valueOf((char) c), ProbeResult.REFUSED));
		silent.chars().forEach((c) -> results.put(String.valueOf((char) c), ProbeResult.SILENT));
		return results;
	}

	@Test
	void refusedIsOutAtOnceAndSilentTheSecondTime() {
		this.liveness.probed(results("01234567", "8", "9"), true);
		assertThat(this.liveness.excluded(0)).containsOnly("8");
		assertThat(this.liveness.doubtful()).containsOnly("9");
		this.liveness.probed(results("", "", "9"), true);
		assertThat(this.liveness.excluded(0)).containsOnly("8", "9");
		this.liveness.probed(results("0123456789", "", ""), true);
		assertThat(this.liveness.excluded(0)).isEmpty();
	}

	@Test
	void silentOnesAreServedIfTooFewOthersAnswerButRefusedOnesNever() {
		for (int i = 0; i < 2; i++) {
			this.liveness.probed(results("0", "12", "3456789"), true);
		}
		assertThat(this.liveness.excluded(0)).containsOnly("1", "2");
		assertThat(this.liveness.isPanic()).isTrue();
	}

	@Test
	void everythingIsServedIfNothingIsLeft() {
		this.liveness.probed(results("", "0123456789", ""), true);
		assertThat(this.liveness.excluded(0)).isEmpty();
	}

	@Test
	void roundInWhichAlmostAllFallSilentChangesNothing() {
		this.liveness.probed(results("0123456789", "", ""), true);
		for (int i = 0; i < 5; i++) {
			this.liveness.probed(results("", "", "0123456789"), true);
			assertThat(this.liveness.isFrozen()).isTrue();
		}
		assertThat(this.liveness.count(ProbeResult.ANSWERS)).isEqualTo(10);
		assertThat(this.liveness.excluded(0)).isEmpty();
	}

	@Test
	void silenceDoesNotCountIfMostOfEverythingIsSilent() {
		for (int i = 0; i < 3; i++) {
			this.liveness.probed(results("01234567", "", "89"), false);
		}
		assertThat(this.liveness.excluded(0)).isEmpty();
	}

	@Test
	void fiveFailedCallsInARowLeaveAnInstanceOutForLongerEachTime() {
		for (int i = 0; i < 4; i++) {
			assertThat(this.liveness.callFailed("3", 0)).isFalse();
		}
		this.liveness.callSucceeded("3");
		for (int i = 0; i < 4; i++) {
			assertThat(this.liveness.callFailed("3", 0)).isFalse();
		}
		assertThat(this.liveness.callFailed("3", 0)).isTrue();
		assertThat(this.liveness.excluded(29 * SECOND)).containsOnly("3");
		assertThat(this.liveness.excluded(30 * SECOND)).isEmpty();
		for (int i = 0; i < 5; i++) {
			this.liveness.callFailed("3", 30 * SECOND);
		}
		assertThat(this.liveness.excluded(89 * SECOND)).containsOnly("3");
		assertThat(this.liveness.excluded(90 * SECOND)).isEmpty();
	}

	@Property(tries = 300)
	void neverEmptiesAServiceNorExcludesTheOneThatAnsweredLast(
			@ForAll @Size(max = 20) List<@Size(value = 10) List<ProbeResult>> rounds) {
		ServiceLiveness any = new ServiceLiveness(0.3);
		any.retain(TEN);
		for (List<ProbeResult> round : rounds) {
			Map<String, ProbeResult> results = new HashMap<>();
			for (int i = 0; i < round.size(); i++) {
				results.put(TEN.get(i), round.get(i));
			}
			any.probed(results, true);
			Set<String> left = new HashSet<>(TEN);
			left.removeAll(any.excluded(0));
			assertThat(left).isNotEmpty();
			results.forEach((address, result) -> {
				if (result == ProbeResult.ANSWERS) {
					assertThat(left).contains(address);
				}
			});
		}
	}

}
