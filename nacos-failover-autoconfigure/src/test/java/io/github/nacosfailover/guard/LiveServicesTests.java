package io.github.nacosfailover.guard;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.Stream;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.guard.LiveServices.Live;
import io.github.nacosfailover.testsupport.InMemoryStore;
import io.github.nacosfailover.testsupport.ScriptedClient;
import io.github.nacosfailover.thread.DaemonThreads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link LiveServices}.
 */
class LiveServicesTests {

	private static final ServiceKey ORDERS = ServiceKey.of("DEFAULT_GROUP", "orders");

	private static final ServiceKey HANGING = ServiceKey.of("DEFAULT_GROUP", "hanging");

	private final ThreadPoolExecutor executor = DaemonThreads.executor("test", 2);

	private final ScriptedClient client = new ScriptedClient();

	private final FailoverNamespace namespace = new InMemoryStore().namespace();

	@AfterEach
	void stop() {
		this.client.close();
		this.executor.shutdownNow();
	}

	@Test
	void asManyInstancesCountAsServerAndClientAgreeOn() {
		this.namespace.usage("DEFAULT_GROUP", "orders");
		this.client.sees(4, 1);
		assertThat(ask(ORDERS).get(ORDERS).healthy()).isEqualTo(1);
		this.client.sees(0, 4);
		assertThat(ask(ORDERS).get(ORDERS).healthy()).isZero();
		assertThat(ask(ORDERS).get(ORDERS).registered()).isEmpty();
	}

	@Test
	void serviceThatTheServerDoesNotAnswerForIsMissingAndHoldsUpNoOther() {
		this.client.sees(2);
		this.client.hangsAt(HANGING);
		assertThat(ask(HANGING, ORDERS)).containsOnlyKeys(ORDERS);
	}

	@Test
	void timeLimitGrowsWithTheNumberOfServicesUpToABound() {
		Duration base = Duration.ofSeconds(3);
		assertThat(LiveServices.timeout(base, 10)).isEqualTo(Duration.ofMillis(3010));
		assertThat(LiveServices.timeout(base, 10_000)).isEqualTo(Duration.ofSeconds(13));
		assertThat(LiveServices.timeout(base, 1_000_000)).isEqualTo(Duration.ofSeconds(30));
	}

	@Test
	void whatAClientRemembersOfAServiceThatTheServerWasNotAskedForIsNoAnswer() {
		this.client.tellsNothing(4);
		assertThat(ask(ORDERS)).isEmpty();
	}

	@Test
	void failureIsNoAnswer() {
		this.client.fails();
		assertThat(ask(ORDERS)).isEmpty();
	}

	@Test
	void whoAsksTogetherSharesAQuestionThatHasNoAnswerYet() throws Exception {
		this.client.sees(2);
		this.client.hangsAt(HANGING);
		this.namespace.addClient(this.client);
		LiveServices services = new LiveServices(this.executor, Duration.ofSeconds(30));
		List<FutureTask<Map<ServiceKey, Live>>> reports = Stream
			.generate(() -> new FutureTask<>(() -> services.askShared(this.namespace, List.of(HANGING))))
			.limit(20)
			.toList();
		List<Thread> threads = reports.stream().map((report) -> DaemonThreads.create("report", report)).toList();
		threads.forEach(Thread::start);
		await().until(() -> threads.stream().allMatch((thread) -> thread.getState() == Thread.State.TIMED_WAITING));
		assertThat(this.executor.getTaskCount()).isEqualTo(1);
		FutureTask<Map<ServiceKey, Live>> order = new FutureTask<>(
				() -> services.ask(this.namespace, List.of(HANGING)));
		DaemonThreads.create("order", order).start();
		await().until(() -> this.client.asked() == 2);
		this.client.close();
		for (FutureTask<Map<ServiceKey, Live>> report : reports) {
			assertThat(report.get()).containsOnlyKeys(HANGING);
		}
		assertThat(order.get()).containsOnlyKeys(HANGING);
		assertThat(this.client.asked()).isEqualTo(2);
		// A question is shared until it is done, which is after it was answered.
		await().untilAsserted(() -> {
			services.askShared(this.namespace, List.of(HANGING));
			assertThat(this.client.asked()).isEqualTo(3);
		});
	}

	@Test
	void questionsThatNobodyWaitsForAreWithdrawn() {
		this.client.hangsAt(HANGING);
		this.namespace.addClient(this.client);
		LiveServices services = new LiveServices(this.executor, Duration.ofMillis(100));
		for (int i = 0; i < 5; i++) {
			assertThat(services.ask(this.namespace, List.of(HANGING))).isEmpty();
		}
		assertThat(this.executor.getQueue()).isEmpty();
	}

	private Map<ServiceKey, Live> ask(ServiceKey... keys) {
		this.namespace.addClient(this.client);
		return new LiveServices(this.executor, Duration.ofSeconds(1)).ask(this.namespace, List.of(keys));
	}

}
