package io.github.nacosfailover.actuate.endpoint;

import java.time.Duration;
import java.util.List;

import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.request.WhenSafeRequest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link FlipRequest}.
 */
class FlipRequestTests {

	private static FlipRequest request(Boolean enabled, String plan, String whenSafe, String services) {
		return new FlipRequest(enabled, null, "test", null, null, null, null, plan, whenSafe,
				FieldValues.names(services), "ops", SwitchOrigin.JMX);
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

}
