package io.github.nacosfailover.report;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.github.nacosfailover.report.FailoverStatus.NamespaceStatus;
import io.github.nacosfailover.report.FailoverStatus.PageStatus;
import io.github.nacosfailover.report.FailoverStatus.ServiceStatus;
import io.github.nacosfailover.report.FailoverStatus.SwitchStatus;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FailoverStatusTests {

	@Test
	void jsonIsTheSameWhateverTheApplicationHasSetForItsOwn() {
		ObjectMapper mapper = JsonMapper.builder()
			.addModule(new JavaTimeModule())
			.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
			.enable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
			.defaultPropertyInclusion(
					JsonInclude.Value.construct(JsonInclude.Include.NON_EMPTY, JsonInclude.Include.NON_EMPTY))
			.build();
		Instant at = Instant.parse("2026-11-23T02:49:00Z");
		JsonNode json = mapper.valueToTree(new FailoverStatus(true, Map.of("public",
				new NamespaceStatus(true, "UP", new SwitchStatus("disk", at, "ops", null, null, false, List.of()),
						Map.of(), List.of(), List.of(), List.of(), null, null, null, null, new PageStatus(7, 2, 1),
						Map.of("g@@s", new ServiceStatus(true, 1, 1, "disk", at, "live", "live", 0, 2, at, null, null)),
						List.of()))));
		JsonNode namespace = json.at("/namespaces/public");
		assertThat(namespace.at("/serverStatus").asText()).isEqualTo("UP");
		assertThat(namespace.at("/switch/at").asText()).isEqualTo("2026-11-23T02:49:00Z");
		assertThat(namespace.at("/switch").has("until")).isTrue();
		assertThat(namespace.has("problems")).isTrue();
		assertThat(namespace.has("fleet")).isFalse();
		assertThat(namespace.at("/services/g@@s").fieldNames()).toIterable()
			.containsExactlyInAnyOrder("enabled", "instances", "healthy", "source", "modified", "servedFrom",
					"lastServedFrom", "served", "servedLive", "lastServed");
		assertThat(namespace.has("drill")).isFalse();
		assertThat(namespace.at("/page").toString()).isEqualTo("{\"total\":7,\"offset\":2,\"limit\":1}");
	}

}
