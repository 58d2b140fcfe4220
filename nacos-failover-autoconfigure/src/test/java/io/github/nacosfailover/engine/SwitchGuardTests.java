package io.github.nacosfailover.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.report.PreflightReport.Verdict;
import io.github.nacosfailover.request.ServiceSwitchRequest;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.testsupport.InMemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of when a {@link SwitchGuard} is asked.
 */
class SwitchGuardTests {

	private final List<Boolean> onWhenAsked = new ArrayList<>();

	private final InMemoryStore store = new InMemoryStore();

	private String objection = "not now";

	private final FailoverEngine engine = new FailoverEngine(this.store, Map::of,
			new SwitchRules(ServicePatterns.ALL, this::refuse, null));

	private final FailoverNamespace namespace = this.engine.namespace("public", Path.of("unused"), Map.of());

	@AfterEach
	void close() {
		this.engine.close();
	}

	@Test
	void changeThatIsNotForcedWaitsForTheGuard() {
		assertThatExceptionOfType(FailoverRefusedException.class)
			.isThrownBy(() -> this.engine.switchFailover(SwitchRequest.on("ops")));
		assertThat(this.namespace.view().isOn()).isFalse();
		assertThat(this.onWhenAsked).containsExactly(false);
	}

	@Test
	void forcedChangeIsMadeFirstAndTheGuardsFindingsAreKept() {
		this.engine.switchFailover(SwitchRequest.on("ops").forced());
		assertThat(this.onWhenAsked).containsExactly(true);
		assertThat(this.engine.history(null)).singleElement().satisfies((change) -> {
			assertThat(change.outcome()).isEqualTo(SwitchOutcome.FORCED);
			assertThat(change.findings()).containsExactly("not now");
		});
	}

	@Test
	void findingsOfTheSwitchAreNotReplacedByThoseOfAService() {
		this.store.on(Backup.copyOf(ServiceKey.parse("DEFAULT_GROUP@@orders"), List.of(new Instance())));
		this.engine.switchFailover(SwitchRequest.on("ops").forced());
		assertThat(this.namespace.findings()).containsExactly("not now");
		this.objection = "not this one";
		this.engine.switchService(ServiceSwitchRequest.off("orders", "ops").forced());
		assertThat(this.namespace.findings()).containsExactly("not now");
		assertThat(this.engine.history(null).get(0).findings()).containsExactly("not this one");
	}

	private SwitchGuard.Findings refuse(Map<FailoverNamespace, SwitchGuard.Change> changes) {
		this.onWhenAsked.add(this.namespace.view().isOn());
		return new SwitchGuard.Findings(Map.of(this.namespace, new Verdict(List.of(this.objection), List.of())), null);
	}

}
