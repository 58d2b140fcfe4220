package io.github.nacosfailover.store.shared;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.SwitchStage;
import io.github.nacosfailover.source.SwitchStage.State;
import io.github.nacosfailover.source.SwitchState;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SwitchDocument}.
 */
class SwitchDocumentTests {

	private static final Instant NOW = Instant.now();

	private static final SwitchState BEFORE = new SwitchState(true, NOW.minusSeconds(60), "alice", "upgrade", null);

	private static final SwitchStage STAGE = new SwitchStage("id", State.RUNNING, 10, Duration.ofMinutes(2), NOW, 20,
			List.of("a", "b"), BEFORE, new SwitchState(false, NOW, "bob", "upgrade done", null), true, "plan", null);

	private static final Map<ServiceKey, Boolean> EXCEPTIONS = Map.of(ServiceKey.of("g", "s"), false);

	@Test
	void stageIsReadAsItWasWrittenWhicheverInstanceHasWrittenIt() {
		for (State state : State.values()) {
			SwitchStage stage = STAGE.with(state, "why");
			for (String writer : List.of("a", "c")) {
				byte[] content = SwitchDocument.write(stage.seenBy(writer, EXCEPTIONS));
				for (String reader : List.of("b", "c")) {
					assertThat(SwitchDocument.read(content, reader)).isEqualTo(stage.seenBy(reader, EXCEPTIONS));
				}
			}
		}
	}

	@Test
	void switchWithAStageThatIsDamagedIsNoSwitch() {
		String text = new String(SwitchDocument.write(STAGE.seenBy("a", Map.of())), StandardCharsets.UTF_8);
		assertThat(SwitchDocument.read(text.replace("running", "strolling").getBytes(StandardCharsets.UTF_8), "a"))
			.isNull();
		assertThat(SwitchDocument.read(text.replace("PT2M", "soon").getBytes(StandardCharsets.UTF_8), "c")).isNull();
	}

}
