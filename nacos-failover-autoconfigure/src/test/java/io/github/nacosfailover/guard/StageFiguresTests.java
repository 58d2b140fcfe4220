package io.github.nacosfailover.guard;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServiceUsage;
import io.github.nacosfailover.report.DetectorState;
import io.github.nacosfailover.report.DetectorStatus;
import io.github.nacosfailover.report.DetectorStatus.Evidence;
import io.github.nacosfailover.report.LivenessStatus;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.testsupport.ProcessStores;
import io.github.nacosfailover.testsupport.ScriptedClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link StageFigures}.
 */
class StageFiguresTests {

	private static final ServiceKey ORDERS = ServiceKey.of("DEFAULT_GROUP", "orders");

	private final FailoverEngine engine = new FailoverEngine(ProcessStores.onDisk(), Map::of);

	private final ScriptedClient client = new ScriptedClient();

	private final AtomicLong failedCalls = new AtomicLong(3);

	private final List<String> notUp = new ArrayList<>(List.of("db is DOWN"));

	private FailoverNamespace namespace;

	private StageFigures begin;

	@TempDir
	Path directory;

	@BeforeEach
	void start() throws Exception {
		this.namespace = Objects.requireNonNull(this.engine.namespace("public", this.directory, Map.of()));
		this.namespace.addClient(this.client);
		Objects.requireNonNull(this.namespace.store().archive())
			.write(new SnapshotChange("20261127T000000Z-0000", "test", List.of(ScriptedClient.backup(ORDERS, 4)),
					Set.of(), false));
		this.namespace.known("DEFAULT_GROUP", "orders").servedLive();
		this.begin = figures();
	}

	@AfterEach
	void close() {
		this.client.close();
		this.engine.close();
	}

	private StageFigures figures() {
		return StageFigures.of(this.namespace, new ProcessHealth(this.failedCalls::get, () -> this.notUp));
	}

	@Test
	void whatWasThereAtTheBeginIsNotWorse() {
		assertThat(figures().worseThan(this.begin)).isNull();
		this.notUp.clear();
		assertThat(figures().worseThan(this.begin)).isNull();
	}

	@Test
	void healthIndicatorsAndFailedCalls() {
		this.failedCalls.set(7);
		assertThat(figures().worseThan(this.begin)).isNull();
		this.failedCalls.set(8);
		assertThat(figures().worseThan(this.begin)).isEqualTo("5 calls have failed");
		this.failedCalls.set(3);
		this.notUp.add("redis is DOWN");
		assertThat(figures().worseThan(this.begin)).isEqualTo("health indicators are not up any more: redis is DOWN");
	}

	@Test
	void queriesThatFindNothing() {
		ServiceUsage usage = this.namespace.usage("DEFAULT_GROUP", "orders");
		for (int i = 0; i < 5; i++) {
			assertThat(figures().worseThan(this.begin)).isNull();
			usage.answered(false);
		}
		StageFigures failing = figures();
		assertThat(failing.worseThan(this.begin)).isEqualTo("queries fail or find no instance: " + ORDERS);
		assertThat(failing.worseThan(failing)).isNull();
		assertThat(failing.worseThan(failing.withoutQueriesInVain()))
			.isEqualTo("queries fail or find no instance: " + ORDERS);
		usage.answered(false);
		assertThat(figures().worseThan(failing)).isNull();
		usage.answered(true);
		assertThat(figures().worseThan(this.begin)).isNull();
	}

	@Test
	void namesThatNoSourceKnowsDoNotCount() {
		for (int i = 0; i < 5; i++) {
			this.namespace.usage("DEFAULT_GROUP", "nonsense").answered(false);
		}
		assertThat(figures().worseThan(this.begin)).isNull();
	}

	@Test
	void servicesThatTheDetectorSuspects() {
		this.namespace.reports()
			.setDetector((key) -> new DetectorStatus(DetectorState.SUSPECT, Instant.now(), new Evidence(4, 0, 4, 4, 1),
					null, null, null));
		assertThat(figures().worseThan(this.begin)).isEqualTo("the server lists too few instances: " + ORDERS);
		// A server that is down is the reason to switch on.
		this.engine.switchFailover(SwitchRequest.on("ops"));
		assertThat(figures().worseThan(this.begin)).isNull();
	}

	@Test
	void servedInstancesThatAcceptNoConnection() {
		this.engine.switchFailover(SwitchRequest.on("ops"));
		this.namespace.reports().setLiveness((key) -> new LivenessStatus(2, 1, 1, 0, false, false, List.of()));
		assertThat(figures().worseThan(this.begin)).isNull();
		this.namespace.reports().setLiveness((key) -> new LivenessStatus(1, 1, 2, 0, false, false, List.of()));
		assertThat(figures().worseThan(this.begin)).isEqualTo("most instances accept no connection: " + ORDERS);
		// The liveness itself takes silence of everything for a fault of the network.
		this.namespace.reports().setLiveness((key) -> new LivenessStatus(0, 0, 4, 0, false, true, List.of()));
		assertThat(figures().worseThan(this.begin)).isNull();
	}

	@Test
	void newProblems() {
		this.namespace.report(List.of(new Problem("here", "broken")));
		assertThat(figures().worseThan(this.begin)).isEqualTo("new problems: here: broken");
	}

	@Test
	void serverThatGoesDownCountsWhileOffOnly() {
		this.client.isServer("DOWN");
		assertThat(figures().worseThan(this.begin)).isEqualTo("the server is not up any more");
		this.engine.switchFailover(SwitchRequest.on("ops"));
		assertThat(figures().worseThan(this.begin)).isNull();
	}

}
