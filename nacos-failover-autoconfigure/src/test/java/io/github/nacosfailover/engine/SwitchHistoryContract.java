package io.github.nacosfailover.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.nacosfailover.event.SwitchAction;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.report.PreflightReport.Verdict;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.testsupport.FailoverFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What the history has to tell, whatever the store.
 */
abstract class SwitchHistoryContract {

	@TempDir
	Path home;

	private final List<FailoverEngine> engines = new ArrayList<>();

	abstract FailoverEngine.StoreFactory stores();

	@AfterEach
	void close() {
		this.engines.forEach(FailoverEngine::close);
	}

	private FailoverEngine start() {
		SwitchGuard guard = (changes) -> {
			Map<FailoverNamespace, Verdict> verdicts = new HashMap<>();
			changes.forEach((namespace, change) -> {
				String reason = change.after().failoverSwitch().reason();
				if (reason != null && reason.startsWith("refused")) {
					verdicts.put(namespace, new Verdict(List.of("on purpose"), List.of()));
				}
			});
			return new SwitchGuard.Findings(verdicts, null);
		};
		FailoverEngine engine = new FailoverEngine(stores(), Map::of,
				new SwitchRules(ServicePatterns.ALL, guard, null));
		this.engines.add(engine);
		engine.namespace("public", directory(), Map.of());
		return engine;
	}

	Path directory() {
		return this.home.resolve("failover");
	}

	@Test
	void refusalsAreCountedAndNeverPushOutWhoHasSwitched() {
		new FailoverFiles(directory());
		FailoverEngine engine = start();
		engine.switchFailover(SwitchRequest.on("ops"));
		for (int i = 0; i < 100; i++) {
			refuse(engine, "refused");
			refuse(engine, "refused " + i);
		}
		for (FailoverEngine each : List.of(engine, start())) {
			List<SwitchChangedEvent> history = each.history(null);
			assertThat(history).filteredOn((it) -> it.outcome() == SwitchOutcome.APPLIED)
				.singleElement()
				.extracting(SwitchChangedEvent::by, SwitchChangedEvent::after)
				.containsExactly("ops", true);
			assertThat(history).filteredOn((it) -> it.outcome() == SwitchOutcome.REFUSED).hasSize(20);
		}
	}

	@Test
	void repeatsOfOneRefusalAreOneEntry() {
		new FailoverFiles(directory());
		FailoverEngine engine = start();
		for (int i = 0; i < 3; i++) {
			refuse(engine, "refused");
			refuse(engine, "refused for another reason");
		}
		assertThat(engine.history(null)).hasSize(2).allSatisfy((entry) -> {
			assertThat(entry.count()).isEqualTo(3);
			assertThat(entry.last()).isAfter(entry.at());
		});
		engine.switchFailover(SwitchRequest.on("ops"));
		refuse(engine, "refused");
		assertThat(engine.history(null)).hasSize(4).first().extracting(SwitchChangedEvent::count).isEqualTo(1);
	}

	private static void refuse(FailoverEngine engine, String reason) {
		assertThatExceptionOfType(FailoverRefusedException.class)
			.isThrownBy(() -> engine.switchFailover(SwitchRequest.off("ops").because(reason)));
	}

	@Test
	void aRefusalDoesNotCreateTheDirectory() {
		FailoverEngine engine = start();
		refuse(engine, "refused");
		assertThat(engine.history(null)).hasSize(1);
		assertThat(directory()).doesNotExist();
	}

	@Test
	void quickEditsByHandAllHaveAnEntry() throws Exception {
		FailoverFiles files = new FailoverFiles(directory());
		FailoverEngine engine = start();
		Instant at = Instant.now().minusMillis(900);
		edit(engine, files.on(), at, true);
		edit(engine, files.off(), at.plusMillis(300), false);
		edit(engine, files.on(), at.plusMillis(600), true);
		await().until(() -> engine.history(null).size() == 3);
		assertThat(engine.history(null)).extracting(SwitchChangedEvent::after).containsExactly(true, false, true);
	}

	@Test
	void anEditThatHidesOthersHasAnEntryForTheStateInForce() throws Exception {
		FailoverFiles files = new FailoverFiles(directory());
		FailoverEngine engine = start();
		edit(engine, files.on(), Instant.now().minusSeconds(60), true);
		await().until(() -> engine.history(null).size() == 1);
		// Off and on between two looks leaves no more than this.
		Instant last = Instant.now().minusSeconds(30);
		setTime(files, last);
		await().until(() -> last.equals(engine.namespaces().iterator().next().view().failoverSwitch().at()));
		// A slow test may have shown the file before its first time was set, too.
		await().until(() -> engine.history(null).stream().mapToInt(SwitchChangedEvent::count).sum() >= 2);
		assertThat(engine.history(null).get(0)).extracting(SwitchChangedEvent::after, SwitchChangedEvent::origin)
			.containsExactly(true, SwitchOrigin.FILE);
	}

	private static void edit(FailoverEngine engine, FailoverFiles files, Instant time, boolean enabled)
			throws IOException {
		setTime(files, time);
		await().until(() -> engine.namespaces().iterator().next().view().isOn() == enabled);
	}

	private static void setTime(FailoverFiles files, Instant time) throws IOException {
		Files.setLastModifiedTime(files.directory().resolve(FailoverFiles.SWITCH), FileTime.from(time));
	}

	@Test
	void whatIsInForceAtTheStartHasAnEntry() throws Exception {
		new FailoverFiles(directory());
		FailoverEngine engine = start();
		engine.switchFailover(SwitchRequest.on("ops").because("upgrade").lasting(Duration.ofHours(1)));
		SwitchChangedEvent recorded = engine.history(null).get(0);
		engine.close();
		// As if the process had died after the write and before the record.
		Files.delete(directory().resolve(".nacos-failover/history.json"));
		FailoverEngine next = start();
		for (int i = 0; i < 2; i++) {
			assertThat(next.history(null)).singleElement().satisfies((entry) -> {
				assertThat(entry.after()).isTrue();
				assertThat(entry.by()).isEqualTo("ops");
				assertThat(entry.reason()).isEqualTo("upgrade");
				assertThat(entry.until()).isEqualTo(recorded.until());
				assertThat(entry.at()).isEqualTo(recorded.at());
			});
			await().until(() -> Files.exists(directory().resolve(".nacos-failover/history.json")));
		}
		next.switchFailover(SwitchRequest.off("ops"));
		assertThat(next.history(null)).hasSize(2).last().extracting(SwitchChangedEvent::reason).isEqualTo("upgrade");
	}

	@Test
	void whatWasDoneToBackupsIsThereAfterARestart() {
		new FailoverFiles(directory());
		FailoverEngine engine = start();
		engine.recordBackups(engine.namespaces().iterator().next(), SwitchAction.RESTORE, "ops", SwitchOrigin.JMX,
				"snapshot 1");
		engine.close();
		assertThat(start().history(null)).singleElement()
			.extracting(SwitchChangedEvent::action, SwitchChangedEvent::by, SwitchChangedEvent::origin,
					SwitchChangedEvent::detail, SwitchChangedEvent::after)
			.containsExactly(SwitchAction.RESTORE, "ops", SwitchOrigin.JMX, "snapshot 1", null);
	}

}
