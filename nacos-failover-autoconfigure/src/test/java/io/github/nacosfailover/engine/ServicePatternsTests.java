package io.github.nacosfailover.engine;

import java.util.List;

import io.github.nacosfailover.backup.ServiceKey;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ServicePatterns}.
 */
class ServicePatternsTests {

	@Test
	void coverEveryServiceIfThereAreNone() {
		assertThat(covers(ServicePatterns.ALL, "any@@service")).isTrue();
	}

	@Test
	void nameWithoutGroupIsMatchedInAnyGroup() {
		ServicePatterns patterns = new ServicePatterns(List.of("payments-*"), List.of());
		assertThat(covers(patterns, "DEFAULT_GROUP@@payments-eu")).isTrue();
		assertThat(covers(patterns, "OTHER@@payments-eu")).isTrue();
		assertThat(covers(patterns, "DEFAULT_GROUP@@orders")).isFalse();
		assertThat(covers(patterns, "DEFAULT_GROUP@@old-payments-eu")).isFalse();
	}

	@Test
	void nameWithGroupIsMatchedThere() {
		ServicePatterns patterns = new ServicePatterns(List.of("OTHER@@*"), List.of());
		assertThat(covers(patterns, "OTHER@@orders")).isTrue();
		assertThat(covers(patterns, "DEFAULT_GROUP@@orders")).isFalse();
	}

	@Test
	void excludedIsStrongerThanIncluded() {
		ServicePatterns patterns = new ServicePatterns(List.of("*"), List.of("orders"));
		assertThat(covers(patterns, "DEFAULT_GROUP@@payments")).isTrue();
		assertThat(covers(patterns, "DEFAULT_GROUP@@orders")).isFalse();
	}

	@Test
	void everythingButTheStarStandsForItself() {
		ServicePatterns patterns = new ServicePatterns(List.of("a.b(c)\\E*"), List.of());
		assertThat(covers(patterns, "DEFAULT_GROUP@@a.b(c)\\E-1")).isTrue();
		assertThat(covers(patterns, "DEFAULT_GROUP@@axb(c)\\E")).isFalse();
	}

	@Test
	void dataOfOneClusterSelectionBelongToTheirService() {
		ServicePatterns patterns = new ServicePatterns(List.of("orders"), List.of());
		assertThat(covers(patterns, "DEFAULT_GROUP@@orders@@A")).isTrue();
	}

	private static boolean covers(ServicePatterns patterns, String key) {
		return patterns.cover(ServiceKey.parse(key));
	}

}
