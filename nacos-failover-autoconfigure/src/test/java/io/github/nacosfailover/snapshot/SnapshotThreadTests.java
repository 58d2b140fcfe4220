package io.github.nacosfailover.snapshot;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.event.SnapshotTakenEvent;
import io.github.nacosfailover.snapshot.SnapshotSettings.Scope;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.testsupport.InMemoryStore;
import io.github.nacosfailover.testsupport.ScriptedClient;
import io.github.nacosfailover.testsupport.Threads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the thread of the snapshots survives.
 */
class SnapshotThreadTests {

	private static final SnapshotSettings SETTINGS = new SnapshotSettings(true, Duration.ofMillis(50),
			Duration.ofMillis(200), Scope.USED, Set.of(), 0.5, Duration.ofMinutes(15), 0.2);

	private final InMemoryStore store = new InMemoryStore();

	private final FailoverEngine engine = new FailoverEngine(this.store, Map::of);

	private final FailoverNamespace namespace = this.engine.namespace("public", Path.of("unused"), Map.of());

	private final ScriptedClient client = new ScriptedClient();

	private final AtomicBoolean brokenListener = new AtomicBoolean();

	private final List<Object> events = new CopyOnWriteArrayList<>();

	private final FailoverSnapshots snapshots = new FailoverSnapshots(this.engine, SETTINGS, this::listen);

	@BeforeEach
	void use() {
		this.client.sees(2);
		this.namespace.addClient(this.client);
	}

	@AfterEach
	void close() {
		this.snapshots.close();
		this.client.close();
		this.engine.close();
		assertThat(Threads.named("nacos-failover-snapshots")).isEmpty();
	}

	private void listen(Object event) {
		if (this.brokenListener.get()) {
			Thread.currentThread().interrupt();
			throw new AssertionError("listener");
		}
		this.events.add(event);
	}

	@ParameterizedTest
	@ValueSource(classes = { AssertionError.class, OutOfMemoryError.class, NoSuchMethodError.class })
	void anErrorOfTheStoreInARoundIsListedAndTheNextRoundDoesTheWork(Class<? extends Error> type) throws Exception {
		this.store.archive().failWith(type.getDeclaredConstructor().newInstance());
		this.namespace.usage("DEFAULT_GROUP", "orders");
		await().until(() -> this.namespace.problems().toString().contains(type.getName()));
		assertThat(backup("orders")).isNull();
		this.store.archive().failWith(null);
		await().until(() -> backup("orders") != null);
		await().until(() -> this.namespace.problems().isEmpty());
	}

	@Test
	void anErrorOfAClientInARoundIsListedAndWhatWasHintedAtIsNotForgotten() {
		this.client.failsWith(new StackOverflowError("client"));
		this.namespace.usage("DEFAULT_GROUP", "orders");
		await().until(() -> this.namespace.problems().toString().contains("java.lang.StackOverflowError: client"));
		this.client.failsWith(null);
		await().until(() -> backup("orders") != null);
		await().until(() -> this.namespace.problems().isEmpty());
	}

	@Test
	void anErrorOfAListenerHarmsNeitherTheRoundNorTheNextOne() {
		this.brokenListener.set(true);
		this.namespace.usage("DEFAULT_GROUP", "orders");
		await().until(() -> backup("orders") != null);
		await().until(() -> !this.namespace.problems().isEmpty());
		assertThat(this.namespace.problems()).extracting(Problem::location)
			.containsExactly("listeners of the application for SnapshotTakenEvent");
		this.brokenListener.set(false);
		this.namespace.usage("DEFAULT_GROUP", "payments");
		await().until(() -> backup("payments") != null);
		await().until(() -> this.namespace.problems().isEmpty());
		assertThat(this.events).hasSize(1).first().isInstanceOf(SnapshotTakenEvent.class);
	}

	private BackupRef backup(String service) {
		return this.namespace.view().backups().find("DEFAULT_GROUP", service);
	}

}
