package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nacosfailover.event.SwitchAction;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.store.LoggedChange;
import io.github.nacosfailover.store.StoredJson;
import org.jspecify.annotations.Nullable;

/**
 * A change of the switch as a line of JSON.
 */
final class SwitchLogLine {

	private static final int MAX_TEXT = 2000;

	private static final int MAX_FINDINGS = 20;

	private SwitchLogLine() {
	}

	static String format(LoggedChange logged) throws IOException {
		SwitchChangedEvent change = logged.change();
		ObjectNode line = StoredJson.MAPPER.createObjectNode();
		line.put("at", change.at().toString());
		line.put("namespace", change.namespace());
		line.put("service", change.service());
		line.put("before", change.before());
		line.put("after", change.after());
		line.put("by", limit(change.by()));
		line.put("origin", change.origin().toString());
		line.put("reason", limit(change.reason()));
		line.put("until", StoredJson.text(change.until()));
		line.put("outcome", change.outcome().toString());
		ArrayNode findings = line.putArray("findings");
		change.findings().stream().limit(MAX_FINDINGS).forEach((finding) -> findings.add(limit(finding)));
		line.put("action", change.action().toString());
		line.put("detail", limit(change.detail()));
		line.put("count", change.count());
		line.put("last", change.last().toString());
		line.put("stateAt", StoredJson.text(logged.stateAt()));
		line.put("state", logged.state());
		return StoredJson.MAPPER.writeValueAsString(line);
	}

	private static @Nullable String limit(@Nullable String text) {
		return (text != null && text.length() > MAX_TEXT) ? text.substring(0, MAX_TEXT) + "…" : text;
	}

	/**
	 * Reads a line.
	 * @param line the line
	 * @return the change, or {@code null} if the line is damaged
	 */
	static @Nullable LoggedChange parse(String line) {
		try {
			JsonNode node = StoredJson.MAPPER.readTree(line);
			List<String> findings = new ArrayList<>();
			node.path("findings").forEach((finding) -> findings.add(finding.asText()));
			Instant at = Instant.parse(node.path("at").asText());
			Instant last = StoredJson.instant(node, "last");
			SwitchChangedEvent change = new SwitchChangedEvent(at, node.path("namespace").asText(),
					StoredJson.text(node, "service"), StoredJson.flag(node, "before"), StoredJson.flag(node, "after"),
					node.path("by").asText(),
					SwitchOrigin.valueOf(node.path("origin").asText().toUpperCase(Locale.ROOT)),
					StoredJson.text(node, "reason"), StoredJson.instant(node, "until"),
					SwitchOutcome.valueOf(node.path("outcome").asText().toUpperCase(Locale.ROOT)), findings,
					SwitchAction.valueOf(node.path("action").asText("switch").toUpperCase(Locale.ROOT)),
					StoredJson.text(node, "detail"), node.path("count").asInt(1), (last != null) ? last : at);
			return new LoggedChange(change, StoredJson.instant(node, "stateAt"), StoredJson.text(node, "state"));
		}
		catch (IOException | RuntimeException ex) {
			return null;
		}
	}

}
