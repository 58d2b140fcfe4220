package io.github.nacosfailover.actuate.endpoint;

import java.time.Duration;
import java.util.List;

import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.request.StageRequest;
import io.github.nacosfailover.request.WhenSafeRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link FlipRequest}.
 */
class FlipRequestTests {

	private static FlipRequest request(Boolean enabled, String plan, String whenSafe, String services) {
		return new FlipRequest(enabled, null, "test", null, null, null, null, plan, whenSafe,
				FieldValues.names(services), null, "ops", SwitchOrigin.JMX);
	}

	private static FlipRequest staged(Boolean enabled, String duration, String stage) {
		return new FlipRequest(enabled, null, null, duration, null, null, null, null, null, null, stage, "ops",
				SwitchOrigin.JMX);
	}

	@Test
	void namesAreATextOverJmxAndAnArrayOverHttp() {
		for (String services : List.of("orders, g@@payments", "[\"orders\",\"g@@payments\"]")) {
			WhenSafeRequest request = request(false, null, "30m", services).later();
			assertThat(request.services()).containsExactly("orders", "g@@payments");
			assertThat(request.within()).isEqualTo(Duration.ofMinutes(30));
			assertThat(request.by()).isEqualTo("ops");
			assertThat(request.origin()).isEqualTo(SwitchOrigin.JMX);
		}
		assertThat(request(false, null, "30m", null).later().services()).isEmpty();
		assertThatIllegalArgumentException().isThrownBy(() -> request(false, null, "30m", "[1").later());
	}

	@Test
	void whatTheFieldsAskForDependsOnWhichOfThemAreThere() {
		assertThat(request(true, "id", null, null).isWhenSafe()).isFalse();
		assertThat(request(true, "id", null, null).now().plan()).isEqualTo("id");
		assertThat(request(false, null, "30m", null).isWhenSafe()).isTrue();
		assertThatIllegalArgumentException().isThrownBy(() -> request(false, null, null, "orders").isWhenSafe())
			.withMessageContaining("whenSafe");
		assertThatIllegalArgumentException().isThrownBy(() -> request(true, null, "30m", null).later())
			.withMessageContaining("\"enabled\": false");
		assertThatIllegalArgumentException().isThrownBy(() -> request(false, "id", "30m", null).later())
			.withMessageContaining("'plan'");
		assertThatIllegalArgumentException().isThrownBy(() -> request(null, "id", null, null).now())
			.withMessageContaining("'enabled' is missing");
	}

	@Test
	void stageHasAShareAndAHold() {
		FlipRequest request = staged(true, "30m", "{\"share\": \"10%\", \"hold\": \"2m\"}");
		assertThat(request.isStaged()).isTrue();
		assertThat(request.isStageEnd()).isFalse();
		assertThat(request.now().stage()).isEqualTo(new StageRequest(10, Duration.ofMinutes(2)));
		assertThat(staged(true, null, null).now().stage()).isNull();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = { "{'share': '0%', 'hold': '2m'}|between 1% and 100%",
			"{'share': '101%', 'hold': '2m'}|between 1% and 100%", "{'share': '10', 'hold': '2m'}|not a percentage",
			"{'share': '0.1', 'hold': '2m'}|not a percentage", "{'share': '10%', 'hold': '0s'}|between 1s and 1d",
			"{'share': '10%', 'hold': '2d'}|between 1s and 1d", "{'share': '10%', 'hold': '2'}|has no unit",
			"{'share': '10%'}|'share' and 'hold'", "{'hold': '2m'}|'share' and 'hold'",
			"{'share': '10%', 'hold': '2m', 'wait': '1s'}|'share' and 'hold'", "pause|neither an object",
			"{'share': '10%', 'hold': '30m'}|'duration' counts from the begin" })
	void stageThatMakesNoSenseIsRefusedWithTheCure(String stage, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> staged(true, "30m", stage.replace('\'', '"')).now())
			.withMessageContaining(message);
	}

	@Test
	void stageIsEndedByAWord() {
		assertThat(staged(null, null, "stop").isStageEnd()).isTrue();
		assertThat(staged(null, null, "stop").stageEnd().goOn()).isFalse();
		assertThat(staged(null, null, "continue").stageEnd().goOn()).isTrue();
		assertThatIllegalArgumentException().isThrownBy(() -> staged(true, null, "stop").stageEnd())
			.withMessageContaining("leave the others out");
	}

}
