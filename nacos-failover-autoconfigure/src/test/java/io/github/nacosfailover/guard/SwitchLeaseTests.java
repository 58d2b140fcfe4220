package io.github.nacosfailover.guard;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServicePatterns;
import io.github.nacosfailover.engine.StatusReport;
import io.github.nacosfailover.engine.SwitchGuard;
import io.github.nacosfailover.engine.SwitchRules;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.report.PreflightReport.Verdict;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.testsupport.InMemoryStore;
import io.github.nacosfailover.testsupport.LogCapture;
import io.github.nacosfailover.testsupport.ScriptedClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link SwitchLease}.
 */
class SwitchLeaseTests {

	private static final Duration SHORT = Duration.ofMillis(100);

	/** The shortest that a switch may be given. */
	private static final Duration SHORTEST = Duration.ofSeconds(1);

	private static final LeaseTimes TIMES = new LeaseTimes(SHORT, SHORT, SHORT, SHORT);

	private final InMemoryStore store = new InMemoryStore();

	private final ScriptedGuard guard = new ScriptedGuard();

	private final FailoverEngine engine = new FailoverEngine(this.store, Map::of,
			new SwitchRules(ServicePatterns.ALL, this.guard, Duration.ofDays(1)));

	private final FailoverNamespace namespace = this.engine.namespace("public", Path.of("unused"), Map.of());

	private SwitchLease lease;

	private final ScriptedClient client = new ScriptedClient();

	@BeforeEach
	void connect() {
		this.namespace.addClient(this.client);
	}

	@AfterEach
	void close() {
		this.lease.close();
		this.engine.close();
	}

	@Test
	void overdueSwitchStaysOnAndIsShown() {
		this.lease = new SwitchLease(this.engine, false, null, TIMES);
		this.engine.switchFailover(SwitchRequest.on("ops").lasting(Duration.ofHours(1)));
		assertThat(isOverdue()).isFalse();
		this.engine.switchFailover(SwitchRequest.on("ops").lasting(SHORTEST));
		await().until(this::isOverdue);
		assertThat(this.namespace.view().isOn()).isTrue();
		this.engine.switchFailover(SwitchRequest.on("ops").lasting(Duration.ofHours(1)));
		assertThat(isOverdue()).isFalse();
	}

	@Test
	void switchWithoutAnEndIsOverdueAfterTheTimeOfReminding() throws Exception {
		this.lease = new SwitchLease(this.engine, true, null, TIMES);
		Instant now = Instant.now();
		this.store.writeSwitch(new SwitchState(true, now.minus(Duration.ofHours(23)), "ops", null, null));
		assertThat(isOverdue()).isFalse();
		this.guard.verdict = new Verdict(List.of("not now"), List.of());
		this.store.writeSwitch(new SwitchState(true, now.minus(Duration.ofHours(25)), "ops", null, null));
		assertThat(isOverdue()).isTrue();
	}

	@Test
	void switchesOffAtTheEndAsSoonAsGuardsAllowIt() {
		this.lease = new SwitchLease(this.engine, true, null, TIMES);
		this.engine.switchFailover(SwitchRequest.on("ops").lasting(SHORTEST));
		this.guard.verdict = new Verdict(List.of("the server is down"), List.of());
		int asked = this.guard.asked;
		await().until(() -> this.guard.asked > asked);
		assertThat(this.namespace.view().isOn()).isTrue();
		assertThat(this.engine.history(null)).hasSize(1);
		this.guard.verdict = new Verdict(List.of(), List.of());
		await().until(() -> !this.namespace.view().isOn());
		assertThat(this.engine.history(null).get(0).origin()).isEqualTo(SwitchOrigin.LEASE);
	}

	@Test
	void everyReminderNamesWhatKeepsItOn() {
		try (LogCapture log = new LogCapture(SwitchLease.class)) {
			this.lease = new SwitchLease(this.engine, true, null,
					new LeaseTimes(Duration.ofDays(1), SHORT, Duration.ofDays(1), SHORT, SHORT));
			this.engine.switchFailover(SwitchRequest.on("ops").lasting(SHORTEST));
			await().until(() -> log.lines().size() > 1);
			assertThat(log.lines()).allMatch((line) -> line.contains("is still ON, its planned end was")
					&& line.contains("not switched off yet: "));
		}
	}

	@Test
	void anErrorOfAGuardIsListedAndTheNextLookSwitchesOff() {
		this.lease = new SwitchLease(this.engine, true, null, TIMES);
		this.engine.switchFailover(SwitchRequest.on("ops").lasting(SHORTEST));
		this.guard.error = new AssertionError("guard");
		await().until(() -> this.namespace.problems().toString().contains("java.lang.AssertionError: guard"));
		assertThat(this.namespace.view().isOn()).isTrue();
		this.guard.error = null;
		await().until(() -> !this.namespace.view().isOn());
		await().until(() -> this.namespace.problems().isEmpty());
	}

	@Test
	void nothingEndsWhileItIsNotKnownThatTheServerIsUp() {
		this.client.isServer(null);
		this.lease = new SwitchLease(this.engine, true, null, TIMES);
		this.engine.switchFailover(SwitchRequest.on("ops").lasting(SHORTEST));
		await().until(this::isOverdue);
		int asked = this.guard.asked;
		int looked = this.client.statusAsked();
		await().until(() -> this.client.statusAsked() >= looked + 3);
		assertThat(this.guard.asked).isEqualTo(asked);
		assertThat(this.namespace.view().isOn()).isTrue();
		this.client.isServer("UP");
		await().until(() -> !this.namespace.view().isOn());
	}

	@Test
	void servicesInUseAreRemembered() throws Exception {
		this.lease = new SwitchLease(this.engine, false, null, TIMES);
		this.namespace.known("DEFAULT_GROUP", "orders");
		await().until(() -> this.store.usageLog().read().containsKey(ServiceKey.parse("DEFAULT_GROUP@@orders")));
		this.namespace.known("DEFAULT_GROUP", "payments");
		this.lease.close();
		assertThat(this.store.usageLog().read()).containsKey(ServiceKey.parse("DEFAULT_GROUP@@payments"));
	}

	private boolean isOverdue() {
		return StatusReport.of(this.engine).namespaces().get("public").failoverSwitch().overdue();
	}

	private static final class ScriptedGuard implements SwitchGuard {

		private volatile Verdict verdict = new Verdict(List.of(), List.of());

		private volatile int asked;

		private volatile Error error;

		@Override
		public Findings examine(Map<FailoverNamespace, Change> changes) {
			this.asked++;
			if (this.error != null) {
				throw this.error;
			}
			Map<FailoverNamespace, Verdict> verdicts = new LinkedHashMap<>();
			changes.keySet().forEach((namespace) -> verdicts.put(namespace, this.verdict));
			return new Findings(verdicts, null);
		}

	}

}
