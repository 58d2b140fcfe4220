package io.github.nacosfailover.guard;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.SwitchGuard.Change;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.report.PreflightReport.Verdict;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.testsupport.InMemoryStore;
import io.github.nacosfailover.testsupport.ScriptedClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ServedWatch}, and of what it lets settle.
 */
class ServedWatchTests {

	private static final ServiceKey ORDERS = ServiceKey.of("DEFAULT_GROUP", "orders");

	private final InMemoryStore store = new InMemoryStore();

	private final FailoverNamespace namespace = this.store.namespace();

	private final ScriptedClient client = new ScriptedClient();

	private Preflight guard = guard(Duration.ZERO);

	private static Preflight guard(Duration settle) {
		return new Preflight(new GuardSettings(0, 0.5, settle));
	}

	@BeforeEach
	void switchOn() {
		this.namespace.addClient(this.client);
		this.store.on(ScriptedClient.backup(ORDERS, 4));
	}

	@AfterEach
	void close() {
		this.client.close();
		this.guard.close();
	}

	private List<String> problemsAfterALook() {
		this.guard.compareServed(this.namespace);
		return this.namespace.problems().stream().map(Problem::message).toList();
	}

	private Verdict verdictOnSwitchingOff() {
		View view = this.namespace.view();
		Change change = new Change(view, view.with(SwitchState.OFF));
		return this.guard.examine(Map.of(this.namespace, change)).of(this.namespace);
	}

	@Test
	void backupThatDiffersByHalfIsAProblemAsLongAsItIsServed() {
		this.client.sees(3);
		assertThat(problemsAfterALook()).isEmpty();
		this.client.sees(2);
		assertThat(problemsAfterALook()).isEmpty();
		assertThat(problemsAfterALook()).singleElement().asString().contains("differ").contains("@@orders");
		assertThat(problemsAfterALook()).hasSize(1);
		this.store.off();
		assertThat(this.namespace.problems()).isEmpty();
	}

	@Test
	void backupThatNoLongerDiffersIsNoProblem() {
		this.client.sees(2);
		problemsAfterALook();
		assertThat(problemsAfterALook()).hasSize(1);
		this.client.sees(4);
		assertThat(problemsAfterALook()).isEmpty();
	}

	@Test
	void serverThatFillsBetweenTwoLooksIsNoProblem() {
		this.client.sees(1);
		assertThat(problemsAfterALook()).isEmpty();
		this.client.sees(4);
		assertThat(problemsAfterALook()).isEmpty();
		this.client.sees(1);
		assertThat(problemsAfterALook()).isEmpty();
	}

	@Test
	void backupThatLiveGrowsPastIsAProblem() {
		this.client.sees(6);
		problemsAfterALook();
		assertThat(problemsAfterALook()).singleElement().asString().contains("differ");
	}

	@Test
	void nothingIsComparedWithAServerThatIsDown() {
		this.client.isServer("DOWN");
		assertThat(problemsAfterALook()).isEmpty();
		assertThat(this.client.asked()).isZero();
	}

	@Test
	void backupThatIsServedForLongIsAProblem() {
		this.client.sees(4);
		Instant now = Instant.now();
		this.store.writeSwitch(new SwitchState(true, now.minus(Duration.ofHours(23)), "ops", null, null));
		assertThat(problemsAfterALook()).isEmpty();
		this.store.writeSwitch(new SwitchState(true, now.minus(Duration.ofHours(25)), "ops", null, null));
		assertThat(problemsAfterALook()).singleElement().asString().contains("24 h");
	}

	@Test
	void lossOfAServiceThatNobodyUsesSettles() {
		this.client.sees(1);
		assertThat(verdictOnSwitchingOff().refused()).singleElement().asString().contains("@@orders 1 of 4");
		this.guard.compareServed(this.namespace);
		Verdict settled = verdictOnSwitchingOff();
		assertThat(settled.allowed()).isTrue();
		assertThat(settled.warnings())
			.anyMatch((finding) -> finding.contains("for good: DEFAULT_GROUP@@orders 1 of 4"));
		this.client.sees(0);
		assertThat(verdictOnSwitchingOff().allowed()).isFalse();
	}

	@Test
	void lossOfAServiceInUseNeverSettles() {
		this.client.sees(1);
		this.namespace.usage("DEFAULT_GROUP", "orders");
		this.guard.compareServed(this.namespace);
		assertThat(verdictOnSwitchingOff().allowed()).isFalse();
	}

	@Test
	void lossOfAServiceThatWasInUseBeforeNeverSettles() {
		this.client.sees(1);
		this.store.usageLog().add(List.of(ORDERS), LocalDate.now());
		this.guard.compareServed(this.namespace);
		assertThat(verdictOnSwitchingOff().allowed()).isFalse();
		this.store.usageLog().fail();
		assertThat(verdictOnSwitchingOff().allowed()).isFalse();
	}

	@Test
	void lossSettlesInTheTimeThatItWasLookedAtWithTheServerThere() {
		SettledLosses losses = new SettledLosses(Duration.ofMinutes(15), Duration.ofMinutes(3));
		long minute = Duration.ofMinutes(1).toNanos();
		long clock = Long.MAX_VALUE - 5 * minute;
		for (int i = 0; i <= 14; i++) {
			losses.looked(ORDERS, 1, clock + i * minute);
			assertThat(losses.hasSettled(ORDERS, 1)).isFalse();
		}
		losses.looked(ORDERS, 1, clock + 15 * minute);
		assertThat(losses.hasSettled(ORDERS, 1)).isTrue();
		assertThat(losses.hasSettled(ORDERS, 0)).isFalse();
		losses.looked(ORDERS, 2, clock + 16 * minute);
		losses.looked(ORDERS, 2, clock + 60 * minute);
		assertThat(losses.hasSettled(ORDERS, 2)).isFalse();
		losses.startAgain();
		assertThat(losses.hasSettled(ORDERS, 2)).isFalse();
	}

	@Test
	void nothingIsAllowedBecauseNobodyCanAsk() {
		this.namespace.removeClient(this.client);
		assertThat(verdictOnSwitchingOff().refused()).anyMatch((reason) -> reason.contains("no naming client"))
			.anyMatch((reason) -> reason.contains("@@orders unknown of 4"));
		this.namespace.addClient(this.client);
		this.client.fails();
		assertThat(verdictOnSwitchingOff().refused()).anyMatch((reason) -> reason.contains("did not answer"));
		this.client.isServer(null);
		this.client.tellsNothing(4);
		assertThat(verdictOnSwitchingOff().refused()).anyMatch((reason) -> reason.contains("not decorated"));
		this.client.sees(4);
		assertThat(verdictOnSwitchingOff().allowed()).isTrue();
	}

}
