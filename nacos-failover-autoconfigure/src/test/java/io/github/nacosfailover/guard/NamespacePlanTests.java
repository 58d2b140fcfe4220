package io.github.nacosfailover.guard;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServicePatterns;
import io.github.nacosfailover.engine.SwitchRules;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.report.PreflightReport.NamespacePreflight;
import io.github.nacosfailover.report.SwitchPlan;
import io.github.nacosfailover.report.SwitchPlan.Loss;
import io.github.nacosfailover.request.ServiceSwitchRequest;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.testsupport.InMemoryStore;
import io.github.nacosfailover.testsupport.ScriptedClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests of {@link NamespacePlan}, with a server that says what the test wants.
 */
class NamespacePlanTests {

	private static final ServiceKey ORDERS = ServiceKey.of("DEFAULT_GROUP", "orders");

	private static final ServiceKey PAYMENTS = ServiceKey.of("DEFAULT_GROUP", "payments");

	private final InMemoryStore store = new InMemoryStore();

	private final Preflight guard = new Preflight(new GuardSettings(0, 0.5, Duration.ofMinutes(15)));

	private final FailoverEngine engine = new FailoverEngine(this.store, Map::of,
			new SwitchRules(ServicePatterns.ALL, this.guard, Duration.ofDays(1)));

	private final FailoverNamespace namespace = Objects
		.requireNonNull(this.engine.namespace("public", Path.of("unused"), Map.of()));

	private final ScriptedClient client = new ScriptedClient();

	@BeforeEach
	void switchOn() {
		this.namespace.addClient(this.client);
		this.store.on(ScriptedClient.backup(ORDERS, 4), ScriptedClient.backup(PAYMENTS, 4));
		this.client.sees(4);
		this.namespace.known("DEFAULT_GROUP", "orders");
	}

	@AfterEach
	void close() {
		this.client.close();
		this.guard.close();
		this.engine.close();
	}

	private SwitchPlan plan(boolean on) {
		NamespacePreflight report = this.guard.report(List.of(this.namespace), false).namespaces().get("public");
		return Objects.requireNonNull((on ? report.on() : report.off()).plan());
	}

	@Test
	void idIsThatOfTheWorldItWasMadeFrom() {
		String off = plan(false).id();
		assertThat(plan(false).id()).isEqualTo(off).isNotEqualTo(plan(true).id());
		this.client.sees(3);
		assertThat(plan(false).id()).isNotEqualTo(off);
		this.client.fails();
		assertThat(plan(false).id()).isNotEqualTo(off);
		this.client.sees(4);
		assertThat(plan(false).id()).isEqualTo(off);
		this.engine.switchService(ServiceSwitchRequest.on("payments", "ops"));
		assertThat(plan(false).id()).isNotEqualTo(off);
		this.engine.switchService(ServiceSwitchRequest.follow("payments", "ops"));
		assertThat(plan(false).id()).isEqualTo(off);
		this.store.on(ScriptedClient.backup(ORDERS, 4), ScriptedClient.backup(PAYMENTS, 3));
		assertThat(plan(false).id()).isNotEqualTo(off);
	}

	@Test
	void liveInstancesOfWhatNobodyUsesDoNotMatterForSwitchingOn() {
		this.store.off();
		SwitchPlan on = plan(true);
		assertThat(on.services()).containsExactly(ORDERS.toString(), PAYMENTS.toString());
		assertThat(on.losing()).isEmpty();
		this.client.sees(5);
		SwitchPlan more = plan(true);
		assertThat(more.id()).isNotEqualTo(on.id());
		assertThat(more.losing()).containsExactly(new Loss(ORDERS.toString(), 5, 4));
		this.namespace.known("DEFAULT_GROUP", "billing");
		assertThat(plan(true).missing()).containsExactly("DEFAULT_GROUP@@billing");
		assertThat(plan(true).id()).isNotEqualTo(more.id());
	}

	@Test
	void switchingOffLosesWhatIsNotLive() {
		this.client.sees(2);
		assertThat(plan(false).losing()).containsExactly(new Loss(ORDERS.toString(), 4, 2),
				new Loss(PAYMENTS.toString(), 4, 2));
		this.client.fails();
		assertThat(plan(false).losing()).contains(new Loss(PAYMENTS.toString(), 4, null));
	}

	@Test
	void stalePlanChangesNothingAndTheNewOneDoes() {
		String stale = plan(false).id();
		this.client.sees(3);
		FailoverRefusedException refused = catchThrowableOfType(FailoverRefusedException.class,
				() -> this.engine.switchFailover(SwitchRequest.off("ops").byPlan(stale)));
		assertThat(this.namespace.view().isOn()).isTrue();
		SwitchPlan now = Objects.requireNonNull(refused.getPlan());
		assertThat(now.id()).isEqualTo(plan(false).id());
		this.engine.switchFailover(SwitchRequest.off("ops").byPlan(now.id()));
		assertThat(this.namespace.view().isOn()).isFalse();
	}

}
