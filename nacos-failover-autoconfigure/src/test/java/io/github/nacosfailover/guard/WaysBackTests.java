package io.github.nacosfailover.guard;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServicePatterns;
import io.github.nacosfailover.engine.SwitchRules;
import io.github.nacosfailover.event.SwitchAction;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.report.FailoverStatus.WhenSafeStatus;
import io.github.nacosfailover.request.ServiceSwitchRequest;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.request.WhenSafeRequest;
import io.github.nacosfailover.testsupport.InMemoryStore;
import io.github.nacosfailover.testsupport.ScriptedClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link WaysBack}, with a server that says what the test wants.
 */
class WaysBackTests {

	private static final ServiceKey ORDERS = ServiceKey.of("DEFAULT_GROUP", "orders");

	private static final ServiceKey PAYMENTS = ServiceKey.of("DEFAULT_GROUP", "payments");

	private static final LeaseTimes AT_ONCE = new LeaseTimes(Duration.ZERO, Duration.ZERO, Duration.ZERO,
			Duration.ofMinutes(1));

	private final InMemoryStore store = new InMemoryStore();

	private final Preflight guard = new Preflight(new GuardSettings(0, 0.5, Duration.ofMinutes(15)));

	private final FailoverEngine engine = new FailoverEngine(this.store, Map::of,
			new SwitchRules(ServicePatterns.ALL, this.guard, Duration.ofDays(1)));

	private final FailoverNamespace namespace = Objects
		.requireNonNull(this.engine.namespace("public", Path.of("unused"), Map.of()));

	private final ScriptedClient client = new ScriptedClient();

	private final WaysBack ways = new WaysBack(this.engine, AT_ONCE);

	@BeforeEach
	void switchOn() {
		this.namespace.addClient(this.client);
		this.store.on(ScriptedClient.backup(ORDERS, 4), ScriptedClient.backup(PAYMENTS, 4));
		this.client.sees(4);
		this.ways.end(this.namespace).watchServer();
	}

	@AfterEach
	void close() {
		this.ways.close();
		this.client.close();
		this.guard.close();
		this.engine.close();
	}

	private void arm(String by, Duration within, String... services) {
		this.ways.arm(new WhenSafeRequest(null, List.of(services), within, by, "test", SwitchOrigin.HTTP));
	}

	private void look() {
		this.ways.end(this.namespace).watchServer();
		this.ways.look(this.namespace);
	}

	private List<String> history() {
		return this.engine.history(null)
			.stream()
			.filter((entry) -> entry.action() == SwitchAction.RETURN)
			.map((entry) -> entry.by() + " " + entry.detail())
			.toList();
	}

	private boolean isOn() {
		return this.namespace.view().isOn();
	}

	@Test
	void itIsGoneAtTheSecondLookThatFindsEverythingWhole() {
		arm("alice", Duration.ofMinutes(30));
		WhenSafeStatus armed = Objects.requireNonNull(this.namespace.reports().whenSafe());
		assertThat(armed.by()).isEqualTo("alice");
		assertThat(armed.waitingFor()).containsExactly("the first look at the services");
		look();
		assertThat(isOn()).isTrue();
		assertThat(this.namespace.reports().whenSafe()).extracting(WhenSafeStatus::waitingFor)
			.asString()
			.contains("looked at once more");
		look();
		assertThat(isOn()).isFalse();
		assertThat(this.namespace.reports().whenSafe()).isNull();
		assertThat(history()).containsExactly("alice carried out", "alice armed");
		SwitchChangedEvent off = this.engine.history(null).get(1);
		assertThat(off.action()).isEqualTo(SwitchAction.SWITCH);
		assertThat(off.by()).isEqualTo("alice");
		assertThat(off.outcome()).isEqualTo(SwitchOutcome.APPLIED);
	}

	@Test
	void whatWasNotWholeAtOneLookHasToBeAtTwoOthers() {
		arm("alice", Duration.ofMinutes(30));
		look();
		this.client.sees(3);
		look();
		assertThat(this.namespace.reports().whenSafe()).extracting(WhenSafeStatus::waitingFor)
			.asString()
			.contains("3 of 4");
		this.client.sees(4);
		look();
		assertThat(isOn()).isTrue();
		look();
		assertThat(isOn()).isFalse();
	}

	@Test
	void instanceThatIsInNoBackupIsAFinding() {
		arm("alice", Duration.ofMinutes(30));
		this.client.sees(5);
		look();
		look();
		assertThat(isOn()).isTrue();
		assertThat(this.namespace.reports().whenSafe()).extracting(WhenSafeStatus::waitingFor)
			.asString()
			.contains("not in its backup");
	}

	@Test
	void anotherOneTakesItsPlaceAndTheEndOfALeaseDoesNot() {
		arm("alice", Duration.ofMinutes(30));
		arm("bob", Duration.ofMinutes(30));
		this.ways.armForLease(this.namespace, this.namespace.view(), Instant.now());
		this.ways.disarmLease(this.namespace);
		assertThat(this.namespace.reports().whenSafe()).extracting(WhenSafeStatus::by).isEqualTo("bob");
		assertThat(history()).containsExactly("bob armed", "alice cancelled: another one has taken its place",
				"alice armed");
	}

	@Test
	void switchThatHappensWhileItIsGoneCancelsIt() {
		arm("alice", Duration.ofMinutes(30));
		look();
		this.engine.switchFailover(SwitchRequest.on("bob"));
		look();
		look();
		assertThat(isOn()).isTrue();
		assertThat(history()).first().isEqualTo("alice cancelled: switched on by bob");
	}

	@Test
	void refusedSwitchDoesNotCancel() {
		arm("alice", Duration.ofMinutes(30));
		this.client.sees(0);
		assertThatExceptionOfType(FailoverRefusedException.class)
			.isThrownBy(() -> this.engine.switchFailover(SwitchRequest.off("bob")));
		assertThat(this.namespace.reports().whenSafe()).isNotNull();
	}

	@Test
	void itIsNotGoneAfterItsTime() {
		arm("alice", Duration.ofMillis(1));
		Instant until = Objects.requireNonNull(Objects.requireNonNull(this.namespace.reports().whenSafe()).until());
		await().until(() -> Instant.now().isAfter(until));
		look();
		assertThat(isOn()).isTrue();
		assertThat(this.namespace.reports().whenSafe()).isNull();
		assertThat(history()).first().asString().startsWith("alice expired, waiting for: ");
	}

	@Test
	void endOfALeaseIsTheSameWayBackWithoutAnEnd() {
		this.namespace.usage("DEFAULT_GROUP", "orders");
		this.namespace.usage("DEFAULT_GROUP", "payments");
		this.client.sees(3);
		this.ways.armForLease(this.namespace, this.namespace.view(), Instant.now());
		WhenSafeStatus armed = Objects.requireNonNull(this.namespace.reports().whenSafe());
		assertThat(armed.by()).isEqualTo("lease");
		assertThat(armed.until()).isNull();
		look();
		look();
		assertThat(isOn()).isFalse();
		assertThat(this.engine.history(null).get(0).origin()).isEqualTo(SwitchOrigin.LEASE);
		assertThat(history()).isEmpty();
	}

	@Test
	void servicesOfANamespaceThatIsOnGoOff() {
		this.engine.switchService(ServiceSwitchRequest.on("orders", "ops"));
		this.engine.switchService(ServiceSwitchRequest.on("payments", "ops"));
		arm("alice", Duration.ofMinutes(30), "orders");
		look();
		look();
		assertThat(isOn()).isTrue();
		assertThat(this.namespace.view().failoverSwitch().exceptions()).containsEntry(ORDERS, false)
			.containsEntry(PAYMENTS, true);
		assertThat(this.namespace.reports().whenSafe()).isNull();
	}

	@Test
	void thereHasToBeSomethingToGoBackFrom() {
		assertThatExceptionOfType(FailoverRefusedException.class)
			.isThrownBy(() -> arm("alice", Duration.ofMinutes(30), "orders"))
			.withMessageContaining("not on by itself");
		this.store.off();
		assertThatExceptionOfType(FailoverRefusedException.class).isThrownBy(() -> arm("alice", Duration.ofMinutes(30)))
			.withMessageContaining("not on");
		assertThatIllegalArgumentException().isThrownBy(() -> arm("alice", Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> arm("alice", Duration.ofDays(366)));
		assertThat(this.namespace.reports().whenSafe()).isNull();
	}

}
