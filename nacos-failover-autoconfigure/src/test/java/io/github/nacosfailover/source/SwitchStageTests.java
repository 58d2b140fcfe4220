package io.github.nacosfailover.source;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.SwitchStage.State;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SwitchStage}.
 */
class SwitchStageTests {

	private static final Instant NOW = Instant.parse("2026-11-27T07:00:00Z");

	private static final SwitchState ON = new SwitchState(true, NOW, "ops", "nacos is dead", null);

	private static List<String> instances(int count) {
		return IntStream.range(0, count).mapToObj((i) -> "shop@web-%d:1-3fa9c2".formatted(i)).toList();
	}

	@Test
	void choiceDependsOnTheNamesOnly() {
		List<String> shuffled = new ArrayList<>(instances(50));
		List<String> chosen = SwitchStage.choose(shuffled, 10);
		Collections.shuffle(shuffled, new Random(7));
		shuffled.addAll(shuffled.subList(0, 5));
		assertThat(SwitchStage.choose(shuffled, 10)).isEqualTo(chosen).hasSize(5);
	}

	@Test
	void largerShareIncludesTheSmallerOne() {
		List<String> instances = instances(40);
		assertThat(SwitchStage.choose(instances, 50)).hasSize(20).containsAll(SwitchStage.choose(instances, 10));
		assertThat(SwitchStage.choose(instances, 100)).containsExactlyInAnyOrderElementsOf(instances);
	}

	@Test
	void shareIsRoundedDownToAtLeastOneInstance() {
		assertThat(SwitchStage.choose(instances(19), 10)).hasSize(1);
		assertThat(SwitchStage.choose(instances(3), 1)).hasSize(1);
		assertThat(SwitchStage.choose(instances(1), 1)).hasSize(1);
		assertThat(SwitchStage.choose(instances(20), 10)).hasSize(2);
	}

	@Test
	void switchOfAnInstanceDependsOnWhetherItIsInTheFirstShare() {
		Map<ServiceKey, Boolean> exceptions = Map.of(ServiceKey.of("g", "s"), true);
		SwitchStage stage = new SwitchStage("id", State.RUNNING, 50, Duration.ofMinutes(2), NOW, 2, List.of("a"),
				SwitchState.OFF, ON, false, null, null);
		assertThat(stage.seenBy("a", exceptions).plain()).isEqualTo(ON);
		assertThat(stage.seenBy("b", exceptions).plain()).isEqualTo(SwitchState.OFF);
		assertThat(stage.seenBy("b", exceptions).exceptions()).isEqualTo(exceptions);
		assertThat(stage.with(State.GOING_BACK, "why").seenBy("a", exceptions).enabled()).isTrue();
		assertThat(stage.with(State.STOPPED, "why").seenBy("a", exceptions).enabled()).isFalse();
		assertThat(stage.with(State.DONE, null).seenBy("b", exceptions).enabled()).isTrue();
		assertThat(stage.with(State.DONE, null).seenBy("b", exceptions).runningStage()).isNull();
		assertThat(stage.until()).isEqualTo("2026-11-27T07:02:00Z");
	}

}
