package io.github.nacosfailover.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.shared.SharedSettings;
import io.github.nacosfailover.store.shared.SharedStore;

/**
 * Many instances on one shared store: how long a flip takes to reach all of them, what
 * they cost while idle, and what happens when all start at once.
 */
public final class Scale {

	private static final int SERVICES = 200;

	private static final int USED = 20;

	private static final int LARGE = 50_000;

	private static final int LARGE_PART = 5_000;

	private static final int FLIPS = 20;

	private static final Duration IDLE = Duration.ofSeconds(60);

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final ScaleEngine engine;

	private final Path directory;

	private Scale(ScaleEngine engine, Path directory) {
		this.engine = engine;
		this.directory = directory;
	}

	/**
	 * Runs it.
	 * @param args {@code redis}, {@code postgres} or {@code postgres-listen}, then
	 * numbers of instances
	 * @throws Exception if it fails
	 */
	public static void main(String[] args) throws Exception {
		Path directory = Files.createTempDirectory("nacos-failover-scale");
		try (ScaleEngine engine = args[0].equals("redis") ? new RedisScaleEngine(freePort(), directory)
				: new PostgresScaleEngine(directory, args[0].endsWith("-listen"))) {
			for (String instances : Arrays.asList(args).subList(1, args.length)) {
				new Scale(engine, directory).run(Integer.parseInt(instances));
			}
			new Scale(engine, directory).runLargeNamespace();
		}
		System.exit(0);
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	private void run(int count) throws Exception {
		System.out.printf("# %s, %d instances, %d services, %d in use, load %s%n", this.engine.name(), count, SERVICES,
				USED, Benchmarks.load());
		String namespace = "scale-" + count;
		fill(namespace);
		for (String start : List.of("first start", "restart of all")) {
			long requests = this.engine.requests();
			long started = System.nanoTime();
			List<SharedStore> stores = startAll(namespace, count);
			print("%s: all %d instances at once ready after %.0f ms, %.1f requests per instance", start, count,
					millis(System.nanoTime() - started), (this.engine.requests() - requests) / (double) count);
			if (start.startsWith("restart")) {
				measureIdle(stores);
				// The first one also compiles what it needs, for all instances in one
				// JVM.
				measureFlips("first flip", stores, 1);
				measureFlips("%d more flips".formatted(FLIPS), stores, FLIPS);
			}
			closeAll(stores);
		}
	}

	/** What one instance that uses few services has to do with all the others. */
	private void runLargeNamespace() throws Exception {
		String namespace = "scale-large";
		try (SharedStore filler = open(namespace, 0, "filler")) {
			for (int first = 0; first < LARGE; first += LARGE_PART) {
				write(filler, "part-" + first, first, first + LARGE_PART, 1);
			}
			long heap = Process.heap();
			long started = System.nanoTime();
			try (SharedStore store = open(namespace, 1, "user")) {
				for (int service = 0; service < USED; service++) {
					store.used(key(service));
				}
				await(() -> store.state().backups().size() == LARGE);
				print("%d services, %d in use: ready after %.0f ms, %.1f MB of heap", LARGE, USED,
						millis(System.nanoTime() - started), (Process.heap() - heap) / 1e6);
				double[] changes = new double[FLIPS];
				for (int i = 0; i < FLIPS; i++) {
					BackupRef before = store.state().backups().find(key(0));
					long start = System.nanoTime();
					write(filler, "change-" + i, 0, 1, 2 + i);
					await(() -> store.state().backups().find(key(0)) != before);
					changes[i] = millis(System.nanoTime() - start);
				}
				Arrays.sort(changes);
				print("%d services: one backup changed to applied, median %.0f ms, max %.0f ms", LARGE,
						changes[FLIPS / 2], changes[FLIPS - 1]);
			}
		}
	}

	private void fill(String namespace) throws IOException {
		try (SharedStore store = open(namespace, 0, "filler")) {
			write(store, "first", 0, SERVICES, 1);
		}
	}

	private static void write(SharedStore store, String id, int from, int to, int version) throws IOException {
		List<Backup> backups = new ArrayList<>();
		for (int i = from; i < to; i++) {
			backups.add(backup(i, version));
		}
		store.archive().write(new SnapshotChange(id, "scale", backups, java.util.Set.of(), false));
	}

	private static Backup backup(int service, int version) {
		List<Instance> instances = new ArrayList<>();
		for (int i = 0; i < USED; i++) {
			Instance instance = new Instance();
			instance.setIp("10.%d.%d.%d".formatted(service / 250, service % 250, i));
			instance.setPort(8080 + version);
			instances.add(instance);
		}
		return Backup.copyOf(key(service), instances);
	}

	private static ServiceKey key(int service) {
		return ServiceKey.of("DEFAULT_GROUP", "service-" + service);
	}

	private SharedStore open(String namespace, int number, String name) {
		return new SharedStore(this.engine.name(), this.engine.factory(number).open(namespace),
				this.directory.resolve(namespace).resolve("instance-" + number),
				new SharedSettings(this.engine.pollInterval(), Duration.ofSeconds(30), Duration.ofSeconds(30), name, 10,
						256L * 1024 * 1024));
	}

	private List<SharedStore> startAll(String namespace, int count) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(Math.min(count, 100));
		try {
			List<Future<SharedStore>> starting = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				int number = i;
				starting.add(executor.submit(() -> {
					SharedStore store = open(namespace, number, "instance-" + number);
					for (int service = 0; service < USED; service++) {
						store.used(key((number + service) % SERVICES));
					}
					return store;
				}));
			}
			List<SharedStore> stores = new ArrayList<>();
			for (Future<SharedStore> future : starting) {
				stores.add(future.get());
			}
			await(() -> stores.stream().allMatch((store) -> store.state().backups().size() == SERVICES));
			return stores;
		}
		finally {
			executor.shutdown();
		}
	}

	private void measureIdle(List<SharedStore> stores) throws Exception {
		TimeUnit.SECONDS.sleep(10);
		long requests = this.engine.requests();
		long cpu = this.engine.cpuMillis();
		TimeUnit.MILLISECONDS.sleep(IDLE.toMillis());
		double seconds = IDLE.toSeconds();
		long took = this.engine.cpuMillis() - cpu;
		print("idle: %.2f requests/s per instance, %.1f requests/s in all%s",
				(this.engine.requests() - requests) / seconds / stores.size(),
				(this.engine.requests() - requests) / seconds,
				(cpu >= 0) ? ", %.1f %% of a core in the engine".formatted(took / seconds / 10) : "");
	}

	private void measureFlips(String what, List<SharedStore> stores, int flips) throws Exception {
		List<Double> latencies = new ArrayList<>();
		List<Double> slowest = new ArrayList<>();
		long requests = this.engine.requests();
		for (int flip = 0; flip < flips; flip++) {
			AtomicLongArray seen = new AtomicLongArray(stores.size());
			CountDownLatch all = new CountDownLatch(stores.size());
			String reason = what + flip;
			List<Runnable> listeners = new ArrayList<>();
			for (int i = 0; i < stores.size(); i++) {
				int number = i;
				SharedStore store = stores.get(i);
				Runnable listener = () -> {
					SwitchState state = store.state().failoverSwitch();
					if (state != null && reason.equals(state.reason())
							&& seen.compareAndSet(number, 0, System.nanoTime())) {
						all.countDown();
					}
				};
				listeners.add(listener);
				store.addListener(listener);
			}
			long started = System.nanoTime();
			stores.get(flip % stores.size())
				.writeSwitch(new SwitchState(flip % 2 == 0, Instant.now(), "scale", reason, null));
			if (!all.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
				throw new IllegalStateException("%d instances have not applied %s".formatted(all.getCount(), reason));
			}
			double max = 0;
			for (int i = 0; i < stores.size(); i++) {
				stores.get(i).removeListener(listeners.get(i));
				double millis = millis(seen.get(i) - started);
				latencies.add(millis);
				max = Math.max(max, millis);
			}
			slowest.add(max);
			// Until all have reported it, and kept it on the disk that they have in
			// common.
			TimeUnit.SECONDS.sleep(3);
		}
		latencies.sort(null);
		slowest.sort(null);
		print("%s to applied: median %.1f ms, p99 %.1f ms, max %.1f ms; by all instances, median %.1f ms", what,
				latencies.get(latencies.size() / 2), latencies.get((int) (latencies.size() * 0.99)),
				latencies.get(latencies.size() - 1), slowest.get(slowest.size() / 2));
		print("%s: %.1f requests per instance and flip, polls meanwhile included", what,
				(this.engine.requests() - requests) / (double) (stores.size() * flips));
	}

	private void closeAll(List<SharedStore> stores) throws InterruptedException {
		ExecutorService executor = Executors.newFixedThreadPool(50);
		stores.forEach((store) -> executor.execute(store::close));
		executor.shutdown();
		executor.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS);
	}

	private static void await(Condition condition) throws Exception {
		long end = System.nanoTime() + PATIENCE.toNanos();
		while (!condition.holds()) {
			if (System.nanoTime() > end) {
				throw new IllegalStateException("Not within " + PATIENCE);
			}
			TimeUnit.MILLISECONDS.sleep(5);
		}
	}

	private static double millis(long nanos) {
		return nanos / 1_000_000.0;
	}

	private void print(String format, Object... arguments) {
		System.out.println(this.engine.name() + ": " + String.format(Locale.ROOT, format, arguments));
	}

	/** Something to wait for. */
	private interface Condition {

		boolean holds() throws IOException, SQLException;

	}

}
