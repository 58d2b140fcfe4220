package io.github.nacosfailover.detector;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.Collectors;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.guard.LiveServices;
import io.github.nacosfailover.probe.ProbeBudget;
import io.github.nacosfailover.probe.ProbeResult;
import io.github.nacosfailover.report.DetectorState;
import io.github.nacosfailover.store.Votes;
import io.github.nacosfailover.testsupport.InMemoryStore;
import io.github.nacosfailover.testsupport.ScriptedClient;
import io.github.nacosfailover.thread.DaemonThreads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the holds of other processes do to a process that sees the same loss. The clock is
 * that of the test.
 */
class FleetHoldTests {

	private static final ServiceKey ORDERS = ServiceKey.of("DEFAULT_GROUP", "orders");

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private final Map<Integer, String> said = new LinkedHashMap<>();

	private final ThreadPoolExecutor executor = DaemonThreads.executor("fleet-hold-tests", 2);

	private boolean answering = true;

	@AfterEach
	void close() {
		this.executor.shutdownNow();
	}

	@Test
	void processWaitsForTenSecondsIfItIsAlone() {
		Process process = new Process(1, 0);
		assertThat(process.secondsUntilHeld()).isEqualTo(11);
	}

	@Test
	void processWaitsForThreeSecondsIfTheFleetHoldsTheService() {
		new Process(1, 0).secondsUntilHeld();
		new Process(2, 0).secondsUntilHeld();
		assertThat(new Process(3, 0).secondsUntilHeld()).isBetween(3, 6);
	}

	@Test
	void processDoesNotHoldBecauseTheFleetDoes() {
		new Process(1, 0).secondsUntilHeld();
		new Process(2, 0).secondsUntilHeld();
		this.answering = false;
		assertThat(new Process(3, 0).secondsUntilHeld()).isEqualTo(-1);
	}

	private Votes votes(int id) {
		return new Votes() {

			@Override
			public void say(String text) {
				FleetHoldTests.this.said.put(id, (text != null) ? text : "");
			}

			@Override
			public Collection<String> others() {
				Map<Integer, String> others = new LinkedHashMap<>(FleetHoldTests.this.said);
				others.remove(id);
				return others.values();
			}

		};
	}

	/** A process that finds 1 of 4 instances, of which the others answer. */
	private final class Process {

		private final InMemoryStore store = new InMemoryStore();

		private final NamespaceDetector detector;

		private final ProbeBudget budget;

		private long now;

		Process(int id, long now) {
			this.now = now;
			this.budget = new ProbeBudget(10_000);
			this.store.exchange(votes(id));
			this.store.archive().edit(ScriptedClient.backup(ORDERS, 4));
			FailoverNamespace namespace = this.store.namespace();
			ScriptedClient client = new ScriptedClient();
			client.sees(4);
			namespace.addClient(client);
			namespace.known(ORDERS.group(), ORDERS.service());
			this.detector = new NamespaceDetector(namespace, DetectorRules.defaults(0.5, 0.8),
					new LiveServices(FleetHoldTests.this.executor, Duration.ofSeconds(3)), Runnable::run, now);
			// The backup is known to be right.
			this.detector.observe(now, true);
			client.sees(1);
			this.detector.hint(ORDERS);
		}

		/** How long it takes, -1 if it does not happen within a minute. */
		int secondsUntilHeld() {
			for (int second = 0; second < 60; second++) {
				this.detector.observe(this.now, true);
				Map<ServiceKey, List<Instance>> due = this.detector.takeDue(this.now, this.budget, true);
				Set<String> addresses = due.values()
					.stream()
					.flatMap(Collection::stream)
					.map(Instance::toInetAddr)
					.collect(Collectors.toSet());
				this.detector.probed(due, addresses.stream()
					.collect(Collectors.toMap((address) -> address,
							(address) -> FleetHoldTests.this.answering ? ProbeResult.ANSWERS : ProbeResult.REFUSED)),
						false);
				this.detector.publish(true, this.now);
				if (this.detector.count(DetectorState.HELD) > 0) {
					// The others hear of it at the next exchange.
					this.detector.publish(true, this.now + 10 * SECOND);
					return second;
				}
				this.now += SECOND;
			}
			return -1;
		}

	}

}
