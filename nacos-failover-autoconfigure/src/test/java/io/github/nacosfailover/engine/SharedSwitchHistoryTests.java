package io.github.nacosfailover.engine;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.exception.FailoverUnavailableException;
import io.github.nacosfailover.request.ServiceSwitchRequest;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.testsupport.FailoverFiles;
import io.github.nacosfailover.testsupport.InMemoryDocuments;
import io.github.nacosfailover.testsupport.ProcessSettings;
import io.github.nacosfailover.testsupport.ProcessStores;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The history of a process that shares a store with others.
 */
class SharedSwitchHistoryTests extends SwitchHistoryContract {

	private final InMemoryDocuments documents = new InMemoryDocuments();

	@Override
	FailoverEngine.StoreFactory stores() {
		return ProcessStores.sharedBelowFiles(this.documents,
				ProcessSettings.of("one", Duration.ofMillis(100), Duration.ofMillis(200)));
	}

	@Test
	void aWriteThatWasCarriedOutButNotConfirmedHasAnEntry() {
		try (FailoverEngine engine = new FailoverEngine(stores(), Map::of)) {
			FailoverNamespace namespace = engine.namespace("public", directory(), Map.of());
			this.documents.confirmNothing();
			assertThatExceptionOfType(FailoverUnavailableException.class)
				.isThrownBy(() -> engine.switchFailover(SwitchRequest.on("ops").because("upgrade")))
				.withMessageContaining("may have carried out");
			await().until(() -> namespace.view().isOn());
			await().until(() -> engine.history(null).get(0).outcome() == SwitchOutcome.APPLIED
					&& engine.history(null).get(0).origin() == SwitchOrigin.API);
			SwitchChangedEvent entry = engine.history(null).get(0);
			assertThat(entry.after()).isTrue();
			assertThat(entry.by()).isEqualTo("ops");
			assertThat(entry.reason()).isEqualTo("upgrade");
			assertThat(entry.findings()).singleElement().asString().contains("not confirmed");
			assertThat(engine.history(null)).filteredOn((it) -> it.outcome() == SwitchOutcome.APPLIED).hasSize(1);
		}
	}

	@Test
	void aWriteThatWasNeverSentIsRefusedAndNothingElse() {
		try (FailoverEngine engine = new FailoverEngine(stores(), Map::of)) {
			FailoverNamespace namespace = engine.namespace("public", directory(), Map.of());
			engine.switchFailover(SwitchRequest.on("ops").because("upgrade"));
			this.documents.stop();
			assertThatExceptionOfType(FailoverUnavailableException.class)
				.isThrownBy(() -> engine.switchFailover(SwitchRequest.off("ops").because("done")));
			assertThat(namespace.view().isOn()).isTrue();
			assertThat(engine.history(null)).extracting(SwitchChangedEvent::outcome)
				.containsExactly(SwitchOutcome.REFUSED, SwitchOutcome.APPLIED);
			assertThat(engine.history(null)).extracting(SwitchChangedEvent::reason).containsExactly("done", "upgrade");
		}
	}

	@Test
	void aSecondRequestToAnotherProcessIsInTheHistoryOfBoth() {
		FailoverEngine.StoreFactory others = ProcessStores.sharedBelowFiles(this.documents,
				ProcessSettings.of("other", Duration.ofMillis(100), Duration.ofMillis(200)));
		try (FailoverEngine one = new FailoverEngine(stores(), Map::of);
				FailoverEngine other = new FailoverEngine(others, Map::of)) {
			one.namespace("public", directory(), Map.of());
			other.namespace("public", this.home.resolve("other"), Map.of());
			one.switchFailover(SwitchRequest.on("first").because("upgrade"));
			await().until(() -> other.history(null).size() == 1);
			other.switchFailover(SwitchRequest.on("second").because("it takes longer"));
			for (FailoverEngine each : List.of(one, other)) {
				await().untilAsserted(() -> assertThat(each.history(null)).extracting(SwitchChangedEvent::reason)
					.containsExactly("it takes longer", "upgrade"));
			}
		}
	}

	@Test
	void aFileOfThisProcessIsOneEntryWhateverExceptionsTheStoreHas() throws Exception {
		try (FailoverEngine engine = new FailoverEngine(stores(), Map::of)) {
			FailoverNamespace namespace = engine.namespace("public", directory(), Map.of());
			engine.switchFailover(SwitchRequest.on("ops").because("upgrade"));
			FailoverFiles files = new FailoverFiles(directory()).service("one", "10.0.0.1:80")
				.service("two", "10.0.0.2:80");
			await().until(() -> namespace.view().backups().size() == 2);
			engine.switchService(ServiceSwitchRequest.on("one", "ops"));
			engine.switchService(ServiceSwitchRequest.on("two", "ops"));
			int size = engine.history(null).size();
			files.write(FailoverFiles.SWITCH, "0");
			await().until(() -> !namespace.view().isOn());
			await().untilAsserted(() -> {
				SwitchChangedEvent off = engine.history(null).get(0);
				assertThat(off.service()).isNull();
				assertThat(off.after()).isFalse();
				assertThat(off.by()).isEqualTo("file");
				assertThat(off.origin()).isEqualTo(SwitchOrigin.FILE);
			});
			Files.delete(directory().resolve(FailoverFiles.SWITCH));
			await().until(() -> namespace.view().isOn());
			await().untilAsserted(() -> {
				SwitchChangedEvent on = engine.history(null).get(0);
				assertThat(on.service()).isNull();
				assertThat(on.after()).isTrue();
				assertThat(on.by()).isEqualTo("file");
			});
			assertThat(engine.history(null)).hasSize(size + 2);
		}
	}

}
