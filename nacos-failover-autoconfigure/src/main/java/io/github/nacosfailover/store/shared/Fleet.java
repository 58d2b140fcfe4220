package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nacosfailover.source.SourceState;
import io.github.nacosfailover.store.FleetState;
import io.github.nacosfailover.store.StoredJson;
import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.Documents.Version;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reports that the processes sharing a store exchange.
 */
final class Fleet {

	private static final Logger logger = LoggerFactory.getLogger(Fleet.class);

	private static final int LIFETIME_IN_REPORTS = 3;

	private final Documents documents;

	private final SharedSettings settings;

	private @Nullable SourceState reported;

	private @Nullable String reportedEpoch;

	private Map<String, String> reportedTexts = Map.of();

	private long nextReport = System.nanoTime();

	/** What is said to the others, by topic. */
	private final Map<String, String> texts = new ConcurrentHashMap<>();

	Fleet(Documents documents, SharedSettings settings) {
		this.documents = documents;
		this.settings = settings;
	}

	/**
	 * Whether this process runs something else than it has reported.
	 */
	boolean hasNews(@Nullable Version version, SourceState state) {
		return this.reported != null && !isReported(version, state);
	}

	private boolean isReported(@Nullable Version version, SourceState state) {
		return this.reported != null && Objects.equals(this.reportedEpoch, epoch(version))
				&& this.texts.equals(this.reportedTexts)
				&& Objects.equals(this.reported.failoverSwitch(), state.failoverSwitch());
	}

	private static @Nullable String epoch(@Nullable Version version) {
		return (version != null) ? version.epoch() : null;
	}

	/**
	 * Reports what this process runs, if that is new or it is time.
	 */
	void report(@Nullable Version version, SourceState state) {
		if (isReported(version, state) && nanosUntilReport() > 0) {
			return;
		}
		// Spread, so that processes that were started together do not report together.
		this.nextReport = System.nanoTime()
				+ (long) (this.settings.reportInterval().toNanos() * ThreadLocalRandom.current().nextDouble(0.8, 1));
		Map<String, String> texts = Map.copyOf(this.texts);
		try {
			ObjectNode report = StoredJson.MAPPER.createObjectNode()
				.put("epoch", epoch(version))
				.put("revision", (version != null) ? version.revision() : 0)
				.put("enabled", state.failoverSwitch() != null && state.failoverSwitch().enabled());
			texts.forEach(report::put);
			String text = StoredJson.MAPPER.writeValueAsString(report);
			this.documents.report(this.settings.instance(), text,
					this.settings.reportInterval().multipliedBy(LIFETIME_IN_REPORTS));
			this.reported = state;
			this.reportedEpoch = epoch(version);
			this.reportedTexts = texts;
		}
		catch (IOException ex) {
			logger.debug("This process cannot report", ex);
		}
	}

	/**
	 * How long it takes until a report without news is to be made.
	 * @return nanoseconds
	 */
	long nanosUntilReport() {
		return this.nextReport - System.nanoTime();
	}

	void withdraw() {
		try {
			this.documents.withdraw(this.settings.instance());
		}
		catch (IOException ex) {
			logger.debug("This process cannot withdraw its report, which expires by itself", ex);
		}
	}

	/**
	 * Says something to the others with the next report.
	 * @return whether that is new
	 */
	boolean say(String topic, @Nullable String text) {
		String before = (text != null) ? this.texts.put(topic, text) : this.texts.remove(topic);
		return !Objects.equals(before, text);
	}

	/**
	 * What the others said about a topic with their last reports.
	 */
	Collection<String> othersSay(String topic) throws IOException {
		List<String> texts = new ArrayList<>();
		for (String text : otherReports().values()) {
			texts.add(StoredJson.MAPPER.readTree(text).path(topic).asText());
		}
		return texts;
	}

	/**
	 * What all that have reported lately said about a topic, this process included.
	 * @return a text for each by name, empty for one that says nothing
	 */
	Map<String, String> allSay(String topic) throws IOException {
		Map<String, String> said = new HashMap<>();
		for (Map.Entry<String, String> report : otherReports().entrySet()) {
			said.put(report.getKey(), StoredJson.MAPPER.readTree(report.getValue()).path(topic).asText());
		}
		said.put(this.settings.instance(), this.texts.getOrDefault(topic, ""));
		return said;
	}

	/**
	 * Who has applied a revision. This process has, whatever it has reported so far: the
	 * revision is of what it knows.
	 * @param version the version that it is of
	 * @param revision the revision
	 * @return {@code null} if the engine does not answer
	 */
	@Nullable FleetState state(@Nullable Version version, long revision) {
		try {
			List<String> lagging = new ArrayList<>();
			Map<String, String> others = otherReports();
			others.forEach((instance, text) -> {
				if (version != null && !hasApplied(text, version.epoch(), revision)) {
					lagging.add(instance);
				}
			});
			lagging.sort(null);
			int instances = others.size() + 1;
			return new FleetState(instances, instances - lagging.size(), lagging);
		}
		catch (IOException ex) {
			logger.debug("The fleet cannot be told", ex);
			return null;
		}
	}

	private Map<String, String> otherReports() throws IOException {
		Map<String, String> others = new HashMap<>(this.documents.reports());
		others.remove(this.settings.instance());
		return others;
	}

	private static boolean hasApplied(String text, String epoch, long revision) {
		try {
			JsonNode node = StoredJson.MAPPER.readTree(text);
			return epoch.equals(node.path("epoch").asText()) && node.path("revision").asLong() >= revision;
		}
		catch (JsonProcessingException ex) {
			return false;
		}
	}

}
