package io.github.nacosfailover.guard;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.guard.LiveServices.Live;
import io.github.nacosfailover.testsupport.InMemoryStore;
import io.github.nacosfailover.testsupport.ScriptedClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link LiveServices}.
 */
class LiveServicesTests {

	private static final ServiceKey ORDERS = ServiceKey.of("DEFAULT_GROUP", "orders");

	private static final ServiceKey HANGING = ServiceKey.of("DEFAULT_GROUP", "hanging");

	private final ExecutorService executor = Executors.newFixedThreadPool(2);

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
		assertThat(ask(ORDERS).get(ORDERS).told()).isEmpty();
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

	private Map<ServiceKey, Live> ask(ServiceKey... keys) {
		this.namespace.addClient(this.client);
		return new LiveServices(this.executor, Duration.ofSeconds(1)).ask(this.namespace, List.of(keys));
	}

}
