package io.github.nacosfailover.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.exception.FailoverUnavailableException;
import io.github.nacosfailover.report.FailoverStatus.FleetStatus;
import io.github.nacosfailover.report.FailoverStatus.NamespaceStatus;
import io.github.nacosfailover.request.ServiceSwitchRequest;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.source.FailoverSource;
import io.github.nacosfailover.testsupport.FailoverFiles;
import io.github.nacosfailover.testsupport.InMemoryDocuments;
import io.github.nacosfailover.testsupport.ProcessSettings;
import io.github.nacosfailover.testsupport.ProcessStores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Engines of several processes on one shared store.
 */
class SharedStoreEngineTests {

	@TempDir
	Path directory;

	private final InMemoryDocuments documents = new InMemoryDocuments();

	private final List<FailoverEngine> engines = new ArrayList<>();

	@AfterEach
	void close() {
		this.engines.forEach(FailoverEngine::close);
	}

	@Test
	void oneRequestSwitchesEveryProcess() {
		FailoverEngine one = start("one");
		FailoverEngine other = start("other");
		one.switchFailover(SwitchRequest.on("ops").waitingForAll(Duration.ofMinutes(1)));
		assertThat(status(one).enabled()).isTrue();
		assertThat(status(other).enabled()).isTrue();
		assertThat(status(one).fleet()).isEqualTo(new FleetStatus(2, 2, List.of()));
		assertThat(status(other).failoverSwitch().by()).isEqualTo("ops");
	}

	@Test
	void whoHasCarriedOutARequestIsNotLaggingWhenItAnswers() {
		FailoverEngine one = start("one");
		await().until(() -> status(one).fleet() != null && status(one).fleet().instances() == 1);
		for (int i = 0; i < 10; i++) {
			one.switchFailover((i % 2 == 0) ? SwitchRequest.on("ops") : SwitchRequest.off("ops"));
			assertThat(status(one).fleet()).isEqualTo(new FleetStatus(1, 1, List.of()));
		}
	}

	@Test
	void waitingTellsWhoHasNotAppliedIt() throws Exception {
		FailoverEngine one = start("one");
		this.documents.open("public").report("stuck", "{\"revision\":0}", Duration.ofMinutes(1));
		one.switchFailover(SwitchRequest.on("ops").waitingForAll(Duration.ofMillis(300)));
		assertThat(status(one).fleet()).isEqualTo(new FleetStatus(2, 1, List.of("stuck")));
	}

	@Test
	void operatorsAtTwoProcessesDoNotUndoEachOthersExceptions() {
		FailoverEngine one = start("one");
		FailoverEngine other = start("other");
		namespace(one).usage("DEFAULT_GROUP", "a");
		namespace(other).usage("DEFAULT_GROUP", "b");
		one.switchService(ServiceSwitchRequest.on("a", "ops"));
		other.switchService(ServiceSwitchRequest.on("b", "ops"));
		await().untilAsserted(() -> {
			assertThat(status(one).exceptions()).containsOnlyKeys("DEFAULT_GROUP@@a", "DEFAULT_GROUP@@b");
			assertThat(status(other).exceptions()).containsOnlyKeys("DEFAULT_GROUP@@a", "DEFAULT_GROUP@@b");
		});
	}

	@Test
	void unreachableStoreIsToldApartFromARefusal() {
		FailoverEngine engine = start("one");
		this.documents.stop();
		assertThatExceptionOfType(FailoverUnavailableException.class)
			.isThrownBy(() -> engine.switchFailover(SwitchRequest.on("ops")))
			.withMessageContaining("\"scope\": \"local\"");
		assertThat(status(engine).enabled()).isFalse();
	}

	@Test
	void processAloneIsSwitchedWhileTheStoreIsDownAndFollowsAgain() {
		FailoverEngine one = start("one");
		FailoverEngine other = start("other");
		this.documents.stop();
		one.switchFailover(SwitchRequest.on("ops").local());
		assertThat(status(one).enabled()).isTrue();
		assertThat(status(one).failoverSwitch().source()).isEqualTo("local");
		this.documents.start();
		assertThat(status(other).enabled()).isFalse();
		assertThatExceptionOfType(FailoverRefusedException.class)
			.isThrownBy(() -> one.switchFailover(SwitchRequest.off("ops")))
			.withMessageContaining("undo it first");
		one.switchFailover(SwitchRequest.follow("ops"));
		assertThat(status(one).enabled()).isFalse();
		assertThat(status(one).failoverSwitch().source()).isEqualTo("test");
		await().untilAsserted(() -> one.switchFailover(SwitchRequest.on("ops")));
		await().untilAsserted(() -> assertThat(status(other).enabled()).isTrue());
	}

	@Test
	void localScopeIsRefusedWhereTheStoreIsNotShared() {
		FailoverEngine engine = new FailoverEngine(ProcessStores.onDisk(), Map::of);
		this.engines.add(engine);
		engine.namespace("public", this.directory.resolve("disk"), Map.of());
		assertThatExceptionOfType(FailoverRefusedException.class)
			.isThrownBy(() -> engine.switchFailover(SwitchRequest.on("ops").local()))
			.withMessageContaining("not shared");
	}

	@Test
	void filesEditedByHandWinForThisProcess() throws IOException {
		FailoverEngine one = start("one");
		FailoverEngine other = start("other");
		one.switchFailover(SwitchRequest.on("ops").waitingForAll(Duration.ofMinutes(1)));
		new FailoverFiles(this.directory.resolve("other")).off().service("a", "10.0.0.1:80");
		await().untilAsserted(() -> {
			assertThat(status(other).enabled()).isFalse();
			assertThat(status(other).services().get("DEFAULT_GROUP@@a").source()).isEqualTo("local");
		});
		assertThat(namespace(other).sources()).extracting(FailoverSource::name).containsExactly("local", "test");
		assertThat(status(one).enabled()).isTrue();
		assertThat(namespace(one).view().backups().find(ServiceKey.of("DEFAULT_GROUP", "a"))).isNull();
		Files.delete(this.directory.resolve("other").resolve(FailoverFiles.SWITCH));
		await().untilAsserted(() -> assertThat(status(other).enabled()).isTrue());
	}

	private FailoverEngine start(String process) {
		FailoverEngine engine = new FailoverEngine(ProcessStores.sharedBelowFiles(this.documents,
				ProcessSettings.of(process, Duration.ofMillis(100), Duration.ofMillis(200))), Map::of);
		this.engines.add(engine);
		engine.namespace("public", this.directory.resolve(process), Map.of());
		return engine;
	}

	private static FailoverNamespace namespace(FailoverEngine engine) {
		return engine.namespaces().iterator().next();
	}

	private static NamespaceStatus status(FailoverEngine engine) {
		return StatusReport.of(engine).namespaces().get("public");
	}

}
