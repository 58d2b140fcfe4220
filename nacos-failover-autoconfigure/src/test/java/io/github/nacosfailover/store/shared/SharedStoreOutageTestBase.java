package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.UnavailableStoreException;
import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.testsupport.ProcessSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Processes that are served from a shared store while its engine, a real one, fails. The
 * drivers are as they come, so some would wait for ever.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
public abstract class SharedStoreOutageTestBase {

	/** How long a call of the engine may take. */
	protected static final Duration CALL = Duration.ofMillis(1000);

	private static final ServiceKey ORDERS = ServiceKey.of("DEFAULT_GROUP", "orders");

	private static final ServiceKey UNUSED = ServiceKey.of("DEFAULT_GROUP", "unused");

	private static final List<String> SAVED = List.of("10.0.0.1", "10.0.0.2");

	private final String namespace = "ns-" + UUID.randomUUID();

	private final List<SharedStore> stores = new CopyOnWriteArrayList<>();

	private final AtomicInteger instances = new AtomicInteger();

	private final AtomicInteger changes = new AtomicInteger();

	@TempDir
	private Path home;

	protected abstract Documents documents(String namespace);

	@AfterEach
	void closeStores() {
		this.stores.forEach(SharedStore::close);
	}

	/**
	 * Two processes are on, and must stay so whatever happens; one is started anew
	 * meanwhile. What is refused must not be carried out later either.
	 * @param outage the outage
	 */
	protected void surviveWhileOn(Outage outage) throws Exception {
		SharedStore one = start("one");
		SharedStore other = start("other");
		SwitchState on = on();
		await().ignoreExceptions().untilAsserted(() -> one.writeSwitch(on));
		save(one, "1", backup(ORDERS, SAVED), backup(UNUSED, SAVED));
		await().untilAsserted(() -> {
			assertServed(one, on);
			assertServed(other, on);
		});
		try (Watch watch = new Watch(on, one, other)) {
			Runnable end = outage.begin();
			try {
				assertRefused(one);
				assertRefused(other);
				await().untilAsserted(() -> {
					assertProblem(one);
					assertProblem(other);
				});
				// What is not at hand is served live, without waiting.
				assertThat(addresses(one, UNUSED)).isEmpty();
				watch.remove(other);
				stop(other);
				SharedStore restarted = start("other");
				watch.add(restarted);
				assertServed(restarted, on);
			}
			finally {
				end.run();
			}
			// As a process without anything of its own sees it, what was is there again.
			SharedStore fresh = start("fresh");
			await().untilAsserted(() -> assertServed(fresh, on));
			await().untilAsserted(() -> assertThat(this.stores).allSatisfy((store) -> {
				assertThat(store.problems()).isEmpty();
				assertServed(store, on);
			}));
			watch.assertNothingSeen();
		}
		agreeOnTheNextChange(one);
	}

	/**
	 * What is written next reaches everybody, so nothing of the outage is left.
	 * @param writer who writes it
	 */
	protected final void agreeOnTheNextChange(SharedStore writer) throws IOException {
		int change = this.changes.incrementAndGet();
		SwitchState off = new SwitchState(false, Instant.now(), "ops", "over " + change, null);
		String address = "10.0.1." + change;
		// A busy machine may be late with an answer.
		await().ignoreExceptionsInstanceOf(UnavailableStoreException.class)
			.untilAsserted(() -> writer.writeSwitch(off));
		save(writer, "after-" + change, backup(ORDERS, List.of(address)));
		await().untilAsserted(() -> assertThat(this.stores).allSatisfy((store) -> {
			assertThat(store.problems()).isEmpty();
			assertThat(switchOf(store)).isEqualTo(off);
			assertThat(addresses(store, ORDERS)).containsExactly(address);
		}));
	}

	protected final SharedStore start(String process) {
		return start(process, documents(this.namespace));
	}

	protected final SharedStore start(String process, Documents documents) {
		SharedStore store = new SharedStore("test", documents, this.home.resolve(process), ProcessSettings
			.of(process + "-" + this.instances.incrementAndGet(), Duration.ofMillis(200), Duration.ofSeconds(2)));
		store.used(ORDERS);
		this.stores.add(store);
		return store;
	}

	private void stop(SharedStore store) {
		this.stores.remove(store);
		store.close();
	}

	protected final String namespace() {
		return this.namespace;
	}

	protected static SwitchState on() {
		return new SwitchState(true, Instant.now(), "ops", "upgrade", null);
	}

	protected static SwitchState switchOf(SharedStore store) {
		return Objects.requireNonNull(store.state().failoverSwitch());
	}

	protected static void assertProblem(SharedStore store) {
		assertThat(store.problems()).extracting(Problem::message)
			.anyMatch((message) -> message.startsWith("does not answer"));
	}

	protected static void assertRefused(SharedStore store) {
		assertThatExceptionOfType(UnavailableStoreException.class)
			.isThrownBy(() -> store.writeSwitch(new SwitchState(true, Instant.now(), "refused", null, null)))
			.withMessageContaining("\"scope\": \"local\"");
	}

	private static void assertServed(SharedStore store, SwitchState expected) {
		assertThat(switchOf(store)).isEqualTo(expected);
		assertThat(addresses(store, ORDERS)).isEqualTo(SAVED);
	}

	private static void save(SharedStore store, String id, Backup... backups) throws IOException {
		store.archive().write(new SnapshotChange(id, "snapshot", List.of(backups), Set.of(), false));
	}

	private static List<String> addresses(SharedStore store, ServiceKey key) {
		BackupRef found = store.state().backups().find(key);
		Backup backup = (found != null) ? found.get() : null;
		List<Instance> all = (backup != null) ? backup.all(null) : null;
		return (all != null) ? all.stream().map(Instance::getIp).toList() : List.of();
	}

	private static Backup backup(ServiceKey key, List<String> addresses) {
		List<Instance> instances = new ArrayList<>();
		for (String address : addresses) {
			Instance instance = new Instance();
			instance.setIp(address);
			instance.setPort(8080);
			instances.add(instance);
		}
		return Backup.copyOf(key, instances);
	}

	/** Something that happens to an engine. */
	protected interface Outage {

		/**
		 * Begins it.
		 * @return ends it
		 */
		Runnable begin() throws Exception;

	}

	/** Reads all the time, as queries do. */
	private static final class Watch implements AutoCloseable {

		private final Set<SharedStore> stores = ConcurrentHashMap.newKeySet();

		private final Set<String> seen = ConcurrentHashMap.newKeySet();

		private final SwitchState expected;

		private final Thread thread = new Thread(this::run, "test-watch");

		private volatile boolean closed;

		Watch(SwitchState expected, SharedStore... stores) {
			this.expected = expected;
			this.stores.addAll(List.of(stores));
			this.thread.start();
		}

		void add(SharedStore store) {
			this.stores.add(store);
		}

		void remove(SharedStore store) {
			this.stores.remove(store);
		}

		private void run() {
			while (!this.closed) {
				for (SharedStore store : this.stores) {
					if (!switchOf(store).equals(this.expected) || !addresses(store, ORDERS).equals(SAVED)) {
						this.seen.add("%s: %s".formatted(switchOf(store), addresses(store, ORDERS)));
					}
				}
				LockSupport.parkNanos(200_000);
			}
		}

		void assertNothingSeen() {
			assertThat(this.seen).isEmpty();
		}

		@Override
		public void close() throws InterruptedException {
			this.closed = true;
			this.thread.join();
		}

	}

}
