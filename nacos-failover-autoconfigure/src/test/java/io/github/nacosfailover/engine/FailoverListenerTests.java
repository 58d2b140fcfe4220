package io.github.nacosfailover.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.disk.DiskStore;
import io.github.nacosfailover.store.disk.DiskStores;
import io.github.nacosfailover.testsupport.FailoverFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link FailoverListener}.
 */
class FailoverListenerTests {

	@TempDir
	Path home;

	private FailoverFiles files;

	private FailoverEngine engine;

	private FailoverNamespace namespace;

	@BeforeEach
	void open() {
		this.files = new FailoverFiles(this.home.resolve("failover")).service("orders", "10.9.9.1:80");
		this.engine = new FailoverEngine(new Stores(), Map::of);
		this.namespace = this.engine.namespace("public", this.files.directory(), Map.of());
	}

	@AfterEach
	void close() {
		this.engine.close();
	}

	@Test
	void hearsOfAFlipBeforeTheSwitchingReturnsWhenQueriesSeeItAlready() {
		List<String> heard = new ArrayList<>();
		this.engine.addListener(new FailoverListener() {

			@Override
			public void viewChanged(FailoverNamespace namespace, View before, View after) {
				boolean served = namespace.serving("DEFAULT_GROUP", "orders") != null;
				heard.add("changed %s %s to %s, served %s".formatted(namespace.name(), before.isOn(), after.isOn(),
						served));
			}

			@Override
			public void viewApplied(FailoverNamespace namespace, View before, View after) {
				heard.add("applied %s %s to %s".formatted(namespace.name(), before.isOn(), after.isOn()));
			}
		});
		this.engine.switchFailover(SwitchRequest.on("test"));
		assertThat(heard).containsExactly("changed public false to true, served true", "applied public false to true");
		heard.clear();
		this.engine.switchFailover(SwitchRequest.off("test"));
		assertThat(heard).containsExactly("changed public true to false, served false", "applied public true to false");
	}

	@Test
	void hearsOfAnEditedBackup() {
		List<View> heard = new CopyOnWriteArrayList<>();
		this.engine.switchFailover(SwitchRequest.on("test"));
		// What nobody has read before the edit is no change.
		assertThat(this.namespace.serving("DEFAULT_GROUP", "orders").size()).isEqualTo(1);
		this.engine.addListener((namespace, before, after) -> heard.add(after));
		this.files.service("orders", "10.9.9.1:80", "10.9.9.2:80");
		await().until(() -> heard.stream()
			.anyMatch((view) -> view.served().find("DEFAULT_GROUP", "orders").instances() == 2));
	}

	@Test
	void aFailingListenerHidesNothingFromOthersAndDoesNotBreakTheSwitch() {
		List<View> heard = new ArrayList<>();
		this.engine.addListener((namespace, before, after) -> {
			throw new IllegalStateException("on purpose");
		});
		this.engine.addListener((namespace, before, after) -> {
			throw new AssertionError("on purpose");
		});
		this.engine.addListener((namespace, before, after) -> heard.add(after));
		this.engine.switchFailover(SwitchRequest.on("test"));
		assertThat(heard).containsExactly(this.namespace.view());
		assertThat(this.namespace.view().isOn()).isTrue();
	}

	@Test
	void anErrorOfAListenerHidesNothingFromOthersAndIsListedUntilItWorksAgain() {
		AtomicBoolean broken = new AtomicBoolean(true);
		List<View> heard = new ArrayList<>();
		this.engine.addListener((namespace, before, after) -> {
			if (broken.get()) {
				throw new AssertionError("on purpose");
			}
		});
		this.engine.addListener((namespace, before, after) -> heard.add(after));
		this.engine.switchFailover(SwitchRequest.on("test"));
		assertThat(heard).containsExactly(this.namespace.view());
		assertThat(this.namespace.view().isOn()).isTrue();
		assertThat(this.engine.history(null)).extracting(SwitchChangedEvent::outcome)
			.containsExactly(SwitchOutcome.APPLIED);
		assertThat(this.namespace.problems()).singleElement()
			.satisfies((problem) -> assertThat(problem.location())
				.startsWith("viewChanged of listener " + getClass().getName()))
			.satisfies((problem) -> assertThat(problem.message()).contains("java.lang.AssertionError: on purpose"));
		broken.set(false);
		this.engine.switchFailover(SwitchRequest.off("test").forced());
		assertThat(this.namespace.problems()).isEmpty();
	}

	@Test
	void aClientThatFailsToHearKeepsNobodyFromHearing() {
		List<String> heard = new ArrayList<>();
		this.namespace.addClient(new FailingClient());
		this.engine.addListener((namespace, before, after) -> heard.add("on " + after.isOn()));
		this.engine.switchFailover(SwitchRequest.on("test"));
		assertThat(heard).containsExactly("on true");
		assertThat(this.engine.history(null)).extracting(SwitchChangedEvent::outcome)
			.containsExactly(SwitchOutcome.APPLIED);
		assertThat(this.namespace.problems()).extracting(Problem::location)
			.contains("notifying " + FailingClient.class.getName(), "waiting for " + FailingClient.class.getName());
		assertThat(StatusReport.of(this.engine).namespaces().get("public").serverStatus()).isEqualTo("UNKNOWN");
	}

	@Test
	void listOfProblemsThatFailsIsAProblem() {
		this.namespace.addProblems(() -> {
			throw new LinkageError("on purpose");
		});
		assertThat(this.namespace.problems()).singleElement()
			.satisfies((problem) -> assertThat(problem.message()).contains("java.lang.LinkageError: on purpose"));
	}

	@Test
	void aGuardThatFailsAfterAForcedSwitchDoesNotMakeItLookFailed() {
		try (FailoverEngine guarded = new FailoverEngine(new Stores(), Map::of,
				new SwitchRules(ServicePatterns.ALL, (changes) -> {
					throw new AssertionError("on purpose");
				}, null))) {
			FailoverNamespace own = guarded.namespace("public", this.files.directory(), Map.of());
			guarded.switchFailover(SwitchRequest.on("test").forced());
			assertThat(own.view().isOn()).isTrue();
			assertThat(guarded.history(null).get(0).outcome()).isNotEqualTo(SwitchOutcome.REFUSED);
			assertThat(own.problems()).extracting(Problem::location).containsExactly("guard of the switch");
		}
	}

	@Test
	void hearsNothingAfterItsRemoval() {
		List<View> heard = new ArrayList<>();
		FailoverListener listener = (namespace, before, after) -> heard.add(after);
		this.engine.addListener(listener);
		this.engine.switchFailover(SwitchRequest.on("test"));
		this.engine.removeListener(listener);
		this.engine.switchFailover(SwitchRequest.off("test"));
		assertThat(heard).hasSize(1);
	}

	/** Fails at everything. */
	private static final class FailingClient implements NamespaceClient {

		@Override
		public void viewChanged() {
			throw new AssertionError("on purpose");
		}

		@Override
		public boolean awaitApplied(View view, Duration timeout) {
			throw new AssertionError("on purpose");
		}

		@Override
		public ServerStatus serverStatus() {
			throw new AssertionError("on purpose");
		}

		@Override
		public boolean countsQueries() {
			return true;
		}

		@Override
		public List<Instance> live(ServiceKey key) {
			return null;
		}

		@Override
		public List<Instance> ask(ServiceKey key) {
			return null;
		}

		@Override
		public List<String> servicesOfServer(int page, int size, String group) {
			return null;
		}

	}

	/** Opens disk stores. */
	private static final class Stores implements FailoverEngine.StoreFactory {

		@Override
		public FailoverStore open(String namespace, Path directory) {
			return DiskStores.open(directory, 1 << 20);
		}

		@Override
		public void close(FailoverStore store) {
			DiskStores.close((DiskStore) store);
		}

	}

}
