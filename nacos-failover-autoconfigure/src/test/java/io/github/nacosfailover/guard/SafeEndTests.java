package io.github.nacosfailover.guard;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServicePatterns;
import io.github.nacosfailover.engine.SwitchRules;
import io.github.nacosfailover.testsupport.InMemoryStore;
import io.github.nacosfailover.testsupport.ScriptedClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SafeEnd}, with a server that says what the test wants.
 */
class SafeEndTests {

	private static final ServiceKey ORDERS = ServiceKey.of("DEFAULT_GROUP", "orders");

	private static final ServiceKey PAYMENTS = ServiceKey.of("DEFAULT_GROUP", "payments");

	private static final LeaseTimes AT_ONCE = new LeaseTimes(Duration.ZERO, Duration.ZERO, Duration.ZERO,
			Duration.ofMinutes(1));

	private final InMemoryStore store = new InMemoryStore();

	private final Preflight guard = new Preflight(new GuardSettings(0, 0.5, Duration.ofMinutes(15)));

	private final FailoverEngine engine = new FailoverEngine(this.store, Map::of,
			new SwitchRules(ServicePatterns.ALL, this.guard, Duration.ofDays(1)));

	private final FailoverNamespace namespace = this.engine.namespace("public", Path.of("unused"), Map.of());

	private final ScriptedClient client = new ScriptedClient();

	private SafeEnd end = new SafeEnd(this.namespace, this.guard, AT_ONCE);

	@BeforeEach
	void switchOn() {
		this.namespace.addClient(this.client);
		this.store.on(ScriptedClient.backup(ORDERS, 4), ScriptedClient.backup(PAYMENTS, 4));
		this.client.sees(4);
		this.end.watchServer();
	}

	@AfterEach
	void close() {
		this.client.close();
		this.guard.close();
		this.engine.close();
	}

	private List<String> hindrances() {
		return this.end.hindrances(this.namespace.view());
	}

	private void use(ServiceKey... keys) {
		for (ServiceKey key : keys) {
			this.namespace.usage(key.group(), key.service());
		}
	}

	@Test
	void twoLooksWithoutGrowthAreEnough() {
		use(ORDERS, PAYMENTS);
		assertThat(hindrances()).singleElement().asString().contains("looked at once more");
		assertThat(hindrances()).isEmpty();
	}

	@Test
	void instancesThatAreStillComingBackKeepItOn() {
		use(ORDERS, PAYMENTS);
		this.client.sees(2);
		hindrances();
		this.client.sees(3);
		assertThat(hindrances()).singleElement().asString().contains("coming back", "@@orders 2 to 3");
		assertThat(hindrances()).isEmpty();
	}

	@Test
	void serviceThatWasNotAnsweredForBeforeWasNotLookedAtTwice() {
		use(ORDERS, PAYMENTS);
		this.client.fails();
		assertThat(hindrances()).anyMatch((reason) -> reason.contains("unknown of 4"));
		this.client.sees(4);
		assertThat(hindrances()).singleElement().asString().contains("unknown to 4");
		assertThat(hindrances()).isEmpty();
	}

	@Test
	void breakOfTheServerBeginsAllAnew() {
		use(ORDERS, PAYMENTS);
		hindrances();
		this.client.isServer("DOWN");
		this.end.watchServer();
		assertThat(hindrances()).singleElement().asString().contains("not been up");
		this.client.isServer("UP");
		this.end.watchServer();
		assertThat(hindrances()).singleElement().asString().contains("looked at once more");
	}

	@Test
	void serverHasToBeUpForAWhile() {
		use(ORDERS, PAYMENTS);
		this.end = new SafeEnd(this.namespace, this.guard, LeaseTimes.DEFAULT);
		this.end.watchServer();
		assertThat(hindrances()).singleElement().asString().contains("not been up for 30 s");
		assertThat(this.client.asked()).isZero();
	}

	@Test
	void twoLooksAtOnceAreOne() {
		use(ORDERS, PAYMENTS);
		this.end = new SafeEnd(this.namespace, this.guard,
				new LeaseTimes(Duration.ZERO, Duration.ofHours(1), Duration.ZERO, Duration.ZERO));
		this.end.watchServer();
		hindrances();
		assertThat(hindrances()).singleElement().asString().contains("looked at once more");
	}

	@Test
	void processThatHasJustStartedEndsNothing() {
		for (int i = 0; i < 3; i++) {
			assertThat(hindrances()).singleElement().asString().contains("asked for none");
		}
	}

	@Test
	void processThatDoesNotUseWhatOthersUseEndsNothing() {
		this.store.usageLog().add(List.of(ORDERS, PAYMENTS), LocalDate.now());
		use(ORDERS);
		for (int i = 0; i < 3; i++) {
			assertThat(hindrances()).singleElement().asString().contains("@@payments").doesNotContain("@@orders");
		}
		use(PAYMENTS);
		hindrances();
		assertThat(hindrances()).isEmpty();
	}

	@Test
	void nothingEndsIfNobodyKnowsWhatIsInUse() {
		use(ORDERS, PAYMENTS);
		this.store.usageLog().fail();
		assertThat(hindrances()).singleElement().asString().contains("cannot be read");
	}

}
