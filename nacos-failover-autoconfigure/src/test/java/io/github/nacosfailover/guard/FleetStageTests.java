package io.github.nacosfailover.guard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverEngine.StoreFactory;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServicePatterns;
import io.github.nacosfailover.engine.StatusReport;
import io.github.nacosfailover.engine.SwitchRules;
import io.github.nacosfailover.event.SwitchAction;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.report.FailoverStatus.StageStatus;
import io.github.nacosfailover.request.StageEndRequest;
import io.github.nacosfailover.request.StageRequest;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.source.SwitchStage;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.redis.RedisDocumentsFactory;
import io.github.nacosfailover.store.shared.SharedStore;
import io.github.nacosfailover.testsupport.ProcessSettings;
import io.github.nacosfailover.testsupport.ProcessStores;
import io.github.nacosfailover.testsupport.RealRedis;
import io.github.nacosfailover.testsupport.ScriptedClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Stages of a switch that five processes share over a real Redis, two of which apply it
 * first.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FleetStageTests {

	private static final ServiceKey ORDERS = ServiceKey.of("DEFAULT_GROUP", "orders");

	private static final Duration SHORT = Duration.ofMillis(100);

	private static final LeaseTimes TIMES = new LeaseTimes(SHORT, SHORT, SHORT, Duration.ofMinutes(1));

	private static final StageTimes STAGE_TIMES = new StageTimes(SHORT, Duration.ofSeconds(20));

	/** After three of these a process that was killed is not listed any more. */
	private static final Duration REPORT_EVERY = Duration.ofSeconds(2);

	private static final StageRequest SHORT_STAGE = new StageRequest(40, Duration.ofSeconds(1));

	private static final StageRequest LONG_STAGE = new StageRequest(40, Duration.ofHours(1));

	private static final SwitchRequest ON = SwitchRequest.on("ops").because("nacos is dead");

	private final RealRedis redis = RealRedis.startDurable();

	private final String name = "ns-" + UUID.randomUUID();

	private final List<Process> fleet = new ArrayList<>();

	private List<Process> members;

	private List<Process> others;

	@TempDir
	Path directory;

	@BeforeEach
	void start() throws Exception {
		for (int i = 0; i < 5; i++) {
			this.fleet.add(new Process("shop@web-%d:1".formatted(i)));
		}
		List<String> names = this.fleet.stream().map((process) -> process.instance).toList();
		List<String> chosen = SwitchStage.choose(names, 40);
		this.members = this.fleet.stream().filter((process) -> chosen.contains(process.instance)).toList();
		this.others = this.fleet.stream().filter((process) -> !chosen.contains(process.instance)).toList();
		save("1", 4);
		await().until(() -> this.fleet.stream()
			.allMatch((process) -> process.namespace.view().backups().size() == 1
					&& Objects.requireNonNull(process.namespace.store().fleet()).instances() == 5));
	}

	@AfterEach
	void close() {
		this.fleet.forEach(Process::close);
		this.redis.close();
	}

	@Test
	void onlyTheFirstShareIsServedUntilAnOperatorLetsTheOthersFollow() {
		Process initiator = this.others.get(0);
		initiator.flip(ON.lasting(Duration.ofHours(8)).inStages(LONG_STAGE));
		await().until(() -> this.members.stream().allMatch(Process::isServing));
		await().until(() -> this.fleet.stream().allMatch((process) -> !process.stages().isEmpty()));
		assertThat(this.fleet).allSatisfy((process) -> assertThat(process.engine.history(null))
			.allSatisfy((entry) -> assertThat(entry.by()).isEqualTo("ops")));
		assertThat(this.others).noneMatch(Process::isServing);
		StageStatus stage = this.members.get(0).stage();
		assertThat(stage.state()).isEqualTo("running");
		assertThat(stage.enabled()).isTrue();
		assertThat(stage.share()).isEqualTo("40%");
		assertThat(stage.instances()).isEqualTo(5);
		assertThat(stage.members())
			.containsExactlyInAnyOrderElementsOf(this.members.stream().map((process) -> process.instance).toList());
		assertThat(stage.member()).isTrue();
		assertThat(initiator.stage().member()).isFalse();
		assertThat(stage.until()).isEqualTo(stage.since().plus(Duration.ofHours(1)));
		assertThat(initiator.stages())
			.containsExactly("begun: on for 2 of 5 instances (40%), for the others after PT1H");
		assertThatExceptionOfType(FailoverRefusedException.class)
			.isThrownBy(() -> initiator.flip(ON.inStages(LONG_STAGE)))
			.withMessageContaining("a stage is running already");
		this.members.get(1).engine.endStage(StageEndRequest.goOn("alice"));
		await().until(() -> this.fleet.stream().allMatch(Process::isServing));
		assertThat(this.fleet).extracting((process) -> process.namespace.view().failoverSwitch().until())
			.containsOnly(stage.since().plus(Duration.ofHours(8)));
		await().until(() -> this.fleet.stream().allMatch((process) -> process.isStage("done")));
		await().untilAsserted(() -> assertThat(this.fleet)
			.allSatisfy((process) -> assertThat(process.stages()).contains("done: on for all instances")));
	}

	@Test
	void oneProcessLetsTheOthersFollowThoughTheOneThatHasBegunItWasKilled() {
		Process initiator = this.others.get(0);
		initiator.flip(ON.inStages(SHORT_STAGE));
		initiator.kill();
		this.fleet.remove(initiator);
		await().until(() -> this.fleet.stream().allMatch(Process::isServing));
		await().until(() -> this.fleet.stream().allMatch((process) -> process.stages().size() > 1));
		assertThat(this.fleet.stream()
			.flatMap((process) -> process.engine.history(null).stream())
			.filter((entry) -> entry.action() == SwitchAction.STAGE && entry.origin() == SwitchOrigin.STAGE)
			.map((entry) -> entry.detail())).containsExactly("done: on for all instances");
	}

	@Test
	void firstShareGoesBackAndSaysWhyWhenItGetsWorse() {
		this.others.get(0).flip(ON.inStages(LONG_STAGE));
		await().until(() -> this.members.stream().allMatch(Process::isServing));
		await().until(() -> this.members.get(0).says("watching"));
		this.members.get(0).failedCalls.set(7);
		await().until(() -> this.fleet.stream().allMatch((process) -> process.isStage("stopped")));
		await().until(() -> this.fleet.stream().noneMatch(Process::isServing));
		String why = "stopped: %s: 7 calls have failed".formatted(this.members.get(0).instance);
		assertThat(this.fleet).allMatch((process) -> process.stage().detail().equals(why));
		await().untilAsserted(() -> assertThat(this.fleet).allSatisfy((process) -> assertThat(process.stages())
			.contains(why + "; 2 of 5 instances (40%) have gone back to off")));
	}

	@Test
	void firstShareGoesBackWhenItsQueriesFindNothing() {
		this.fleet.forEach((process) -> process.query(true));
		this.others.get(0).flip(ON);
		await().until(() -> this.fleet.stream().allMatch(Process::isServing));
		this.others.get(0).flip(SwitchRequest.off("ops").inStages(LONG_STAGE));
		await().until(() -> this.members.stream().noneMatch(Process::isServing));
		await().until(() -> {
			this.members.get(1).query(false);
			return this.fleet.stream().allMatch(Process::isServing);
		});
		assertThat(this.others.get(0).stage().detail()).contains(this.members.get(1).instance,
				"queries fail or find no instance: " + ORDERS);
	}

	@Test
	void firstShareStaysUntilGuardsAllowToGoBack() {
		this.members.get(0).flip(ON.inStages(LONG_STAGE));
		await().until(() -> this.members.stream().allMatch((process) -> process.says("watching")));
		this.fleet.forEach((process) -> process.client.sees(0));
		this.members.get(1).notUp.add("db is DOWN");
		await().until(() -> this.fleet.stream().allMatch((process) -> process.isStage("going-back")));
		assertThat(this.members).allMatch(Process::isServing);
		assertThat(this.others).noneMatch(Process::isServing);
		assertThat(this.others.get(0).stage().detail()).contains("health indicators are not up any more: db is DOWN",
				"orders 0 of 4");
		assertThatExceptionOfType(FailoverRefusedException.class)
			.isThrownBy(() -> this.others.get(0).engine.endStage(StageEndRequest.stop("alice")));
		assertThat(this.others.get(0).engine.history(null)).filteredOn((entry) -> entry.by().equals("alice"))
			.singleElement()
			.satisfies((entry) -> assertThat(entry.outcome()).isEqualTo(SwitchOutcome.REFUSED));
		this.fleet.forEach((process) -> process.client.sees(4));
		await().until(() -> this.fleet.stream().allMatch((process) -> process.isStage("stopped")));
		await().until(() -> this.fleet.stream().noneMatch(Process::isServing));
	}

	@Test
	void operatorStopsTheStageOfASwitchToOff() {
		this.others.get(0).flip(ON);
		await().until(() -> this.fleet.stream().allMatch(Process::isServing));
		this.fleet.forEach((process) -> process.client.sees(1));
		assertThatExceptionOfType(FailoverRefusedException.class)
			.isThrownBy(() -> this.members.get(0).flip(SwitchRequest.off("ops").inStages(LONG_STAGE)));
		this.fleet.forEach((process) -> process.client.sees(4));
		this.members.get(0).flip(SwitchRequest.off("ops").inStages(LONG_STAGE));
		await().until(() -> this.members.stream().noneMatch(Process::isServing));
		assertThat(this.others).allMatch(Process::isServing);
		this.fleet.forEach((process) -> process.client.sees(1));
		this.others.get(1).engine.endStage(StageEndRequest.stop("alice"));
		await().until(() -> this.fleet.stream().allMatch(Process::isServing));
		assertThat(this.others.get(1).namespace.view().failoverSwitch().reason()).isEqualTo("nacos is dead");
		assertThatExceptionOfType(FailoverRefusedException.class)
			.isThrownBy(() -> this.others.get(1).engine.endStage(StageEndRequest.stop("alice")))
			.withMessageContaining("no stage is running");
	}

	@Test
	void stageStopsWhenAnInstanceOfTheFirstShareIsGone() {
		this.others.get(0).flip(ON.inStages(LONG_STAGE));
		await().until(() -> this.members.stream().allMatch((process) -> process.says("watching")));
		Process gone = this.members.get(0);
		gone.kill();
		this.fleet.remove(gone);
		await().until(() -> this.fleet.stream().allMatch((process) -> process.isStage("stopped")));
		await().until(() -> this.fleet.stream().noneMatch(Process::isServing));
		assertThat(this.others.get(0).stage().detail()).contains(gone.instance + " is gone");
	}

	@Test
	void nobodyFollowsWhileTheStoreIsGone() {
		this.others.get(0).flip(ON.inStages(new StageRequest(40, Duration.ofSeconds(4))));
		await().until(() -> this.members.stream().allMatch(Process::isServing));
		this.redis.kill();
		// Once a second each looks at the server as long as it is on.
		List<Integer> looks = this.members.stream().map((process) -> process.client.statusAsked()).toList();
		await().until(() -> IntStream.range(0, 2)
			.allMatch((i) -> this.members.get(i).client.statusAsked() > looks.get(i) + 5));
		assertThat(this.members).allMatch(Process::isServing);
		assertThat(this.others).noneMatch(Process::isServing);
		this.redis.restart();
		await().until(() -> this.fleet.stream().allMatch((process) -> process.isStage("stopped")));
		await().until(() -> this.fleet.stream().noneMatch(Process::isServing));
	}

	@Test
	void anotherSwitchEndsTheStage() {
		this.others.get(0).flip(ON.inStages(LONG_STAGE));
		await().until(() -> this.members.stream().allMatch(Process::isServing));
		this.others.get(1).flip(ON);
		await().until(() -> this.fleet.stream().allMatch(Process::isServing));
		await().until(() -> this.fleet.stream().allMatch((process) -> process.stage() == null));
		await().untilAsserted(() -> assertThat(this.fleet).allSatisfy((process) -> assertThat(process.stages())
			.contains("ended, because the switch was changed: on for all instances")));
	}

	@Test
	void othersDoNotFollowAPlanThatIsNotCurrentAnyMore() throws Exception {
		Process initiator = this.members.get(0);
		initiator.flip(ON.byPlan(initiator.planOfOn()).inStages(new StageRequest(40, Duration.ofSeconds(5))));
		await().until(() -> this.members.stream().allMatch(Process::isServing));
		save("2", 3);
		await().until(() -> this.fleet.stream().allMatch((process) -> process.isStage("stopped")));
		await().until(() -> this.fleet.stream().noneMatch(Process::isServing));
		assertThat(initiator.stage().detail()).contains("is not current");
	}

	@Test
	void planIsFollowedToTheEnd() {
		Process initiator = this.others.get(0);
		initiator.flip(ON.byPlan(initiator.planOfOn()).inStages(SHORT_STAGE));
		await().until(() -> this.fleet.stream().allMatch(Process::isServing));
		await().until(() -> this.fleet.stream().allMatch((process) -> process.isStage("done")));
	}

	@Test
	void directoryHasNoStages() {
		try (FailoverEngine engine = new FailoverEngine(ProcessStores.onDisk(), Map::of)) {
			engine.namespace("public", this.directory.resolve("disk"), Map.of());
			assertThatIllegalArgumentException().isThrownBy(() -> engine.switchFailover(ON.inStages(LONG_STAGE)))
				.withMessageContaining("redis or jdbc");
		}
	}

	private void save(String id, int instances) throws Exception {
		Objects.requireNonNull(this.fleet.get(0).namespace.store().archive())
			.write(new SnapshotChange("20261127T00000%sZ-0000".formatted(id), "test",
					List.of(ScriptedClient.backup(ORDERS, instances)), Set.of(), false));
	}

	/** One process with one client, and a connection of its own to Redis. */
	private final class Process {

		private final ScriptedClient client = new ScriptedClient();

		private final Preflight guard = new Preflight(new GuardSettings(0, 0.5, Duration.ofMinutes(15)));

		private final AtomicLong failedCalls = new AtomicLong();

		private final List<String> notUp = new CopyOnWriteArrayList<>();

		private final LettuceConnectionFactory connections = new LettuceConnectionFactory("127.0.0.1",
				FleetStageTests.this.redis.port());

		private final String instance;

		private final FailoverEngine engine;

		private final FailoverNamespace namespace;

		private final SwitchLease lease;

		Process(String instance) throws Exception {
			this.instance = instance;
			this.connections.afterPropertiesSet();
			this.connections.start();
			this.engine = new FailoverEngine(new Stores(), Map::of,
					new SwitchRules(ServicePatterns.ALL, this.guard, Duration.ofDays(1)));
			this.namespace = Objects.requireNonNull(this.engine.namespace(FleetStageTests.this.name,
					FleetStageTests.this.directory.resolve(instance.replace(':', '-')), Map.of()));
			this.client.sees(4);
			this.namespace.addClient(this.client);
			this.lease = new SwitchLease(this.engine, false, this.guard, TIMES,
					new ProcessHealth(this.failedCalls::get, () -> this.notUp), STAGE_TIMES);
		}

		void flip(SwitchRequest request) {
			this.engine.switchFailover(request);
		}

		void query(boolean found) {
			this.namespace.known(ORDERS.group(), ORDERS.service()).answered(found);
		}

		boolean isServing() {
			return this.namespace.view().isServing();
		}

		boolean isStage(String state) {
			StageStatus stage = stage();
			return stage != null && stage.state().equals(state);
		}

		StageStatus stage() {
			return StatusReport.describeStage(this.namespace);
		}

		/** What the history says about stages, newest first. */
		List<String> stages() {
			return this.engine.history(null)
				.stream()
				.filter((entry) -> entry.action() == SwitchAction.STAGE)
				.map((entry) -> entry.detail())
				.toList();
		}

		boolean says(String word) {
			try {
				return Objects.requireNonNull(this.namespace.store().stagedFleet())
					.said()
					.get(this.instance)
					.endsWith(word);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		String planOfOn() {
			return this.guard.report(this.engine.namespaces(), false)
				.namespaces()
				.get(FleetStageTests.this.name)
				.on()
				.plan()
				.id();
		}

		/** Ends it so that it tells nobody. */
		void kill() {
			this.connections.destroy();
			close();
		}

		void close() {
			this.client.close();
			this.lease.close();
			this.guard.close();
			this.engine.close();
			this.connections.destroy();
		}

		private final class Stores implements StoreFactory {

			@Override
			public FailoverStore open(String namespace, Path directory) {
				return new SharedStore("redis",
						new RedisDocumentsFactory(Process.this.connections, "nacos-failover", Duration.ofSeconds(1))
							.open(namespace),
						directory, ProcessSettings.of(Process.this.instance, SHORT, REPORT_EVERY));
			}

			@Override
			public void close(FailoverStore store) {
				((SharedStore) store).close();
			}

		}

	}

}
