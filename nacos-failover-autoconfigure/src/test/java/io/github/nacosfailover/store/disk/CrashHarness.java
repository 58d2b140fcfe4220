package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.exception.UnknownSnapshotException;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.SnapshotResult;

/**
 * Kills processes that take and restore snapshots, at random moments and by SIGKILL, and
 * looks at what they leave. All instances of a backup tell by their address in which
 * round they were written, and so do all backups of a snapshot.
 */
public final class CrashHarness {

	private static final int SERVICES = 30;

	private static final int INSTANCES = 20;

	private static final int MAX_LIFE_MILLIS = 400;

	private static final long MAX_FILE_SIZE = 1024 * 1024;

	private final Path directory;

	private final Random random;

	private int kills;

	private int unfinished;

	private int finished;

	private long operations;

	private CrashHarness(Path directory, Random random) {
		this.directory = directory;
		this.random = random;
	}

	/**
	 * Kills processes and prints what was found.
	 * @param arguments an empty directory, the number of kills and a seed; or
	 * {@code write}, the directory and a seed for a process that is to be killed
	 * @throws Exception if a check fails
	 */
	public static void main(String[] arguments) throws Exception {
		if (arguments[0].equals("write")) {
			new Writer(Path.of(arguments[1]), new Random(Long.parseLong(arguments[2]))).run();
			return;
		}
		System.out.println(run(Path.of(arguments[0]), Integer.parseInt(arguments[1]), Long.parseLong(arguments[2])));
	}

	/**
	 * Kills processes.
	 * @param directory an empty directory
	 * @param kills how many
	 * @param seed of the random moments
	 * @return what was found
	 * @throws Exception if a check fails
	 */
	static String run(Path directory, int kills, long seed) throws Exception {
		CrashHarness harness = new CrashHarness(directory, new Random(seed));
		while (harness.kills < kills) {
			if (harness.kills % 4 == 3) {
				harness.killBoth();
			}
			else {
				harness.killOne();
			}
			if (harness.kills % 50 == 0) {
				System.out.println(harness);
			}
		}
		return harness.toString();
	}

	private void killOne() throws Exception {
		Child child = new Child();
		child.awaitDone();
		child.killSoon();
		check(child.lastDone);
	}

	/** The survivor must go on, though the other may have held the lock. */
	private void killBoth() throws Exception {
		Child first = new Child();
		Child second = new Child();
		first.awaitDone();
		second.awaitDone();
		first.killSoon();
		long death = System.currentTimeMillis();
		while (second.lastDoneAt <= death) {
			second.awaitDone();
		}
		second.killSoon();
		check(second.lastDone);
	}

	private void check(String lastDone) throws Exception {
		checkFilesAsTheyWereLeft();
		DiskStore store = DiskStores.open(this.directory, MAX_FILE_SIZE);
		try {
			List<Snapshot> snapshots = store.archive().snapshots();
			require(snapshots.stream().anyMatch((snapshot) -> snapshot.id().equals(lastDone)),
					"the snapshot '%s', which was answered, is lost: %s".formatted(lastDone, snapshots));
			require(store.archive().manual().isEmpty(), "files are manual: " + store.archive().manual());
			require(store.archive().problems().isEmpty(), "problems: " + store.archive().problems());
			Set<Integer> rounds = new HashSet<>();
			for (BackupRef ref : store.state().backups().all()) {
				rounds.add(round(ref.get()));
			}
			require(rounds.size() == 1, "half of a write is served, of the rounds " + rounds);
			require(store.state().backups().size() == snapshots.get(0).services(),
					"%d services are served, the newest snapshot has %d".formatted(store.state().backups().size(),
							snapshots.get(0).services()));
			Snapshot wanted = snapshots.get(this.random.nextInt(snapshots.size()));
			store.archive().restore(wanted.id(), true, "check", "check");
			require(store.state().backups().size() == wanted.services(), "restore of " + wanted);
		}
		finally {
			DiskStores.close(store);
		}
	}

	private void checkFilesAsTheyWereLeft() throws Exception {
		boolean pending = !new DirectoryDocuments(this.directory, MAX_FILE_SIZE).isApplied();
		this.unfinished += pending ? 1 : 0;
		try (Stream<Path> left = Files.list(this.directory.resolve(FailoverFileNames.OWN_DIRECTORY).resolve("work"))) {
			this.finished += (!pending && left.findAny().isPresent()) ? 1 : 0;
		}
		Map<Integer, Integer> rounds = new HashMap<>();
		try (Stream<Path> files = Files.list(this.directory)) {
			for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
				String name = file.getFileName().toString();
				if (!name.equals(FailoverFileNames.SWITCH)) {
					ServiceKey key = FailoverFileNames.decode(name);
					rounds.merge(round(BackupFormat.read(key, Files.readAllBytes(file)).backup()), 1, Integer::sum);
				}
			}
		}
		require(!rounds.isEmpty() && rounds.size() <= 2, "files are of the rounds " + rounds);
		require(pending || rounds.size() == 1, "files are of the rounds %s, though no write is open".formatted(rounds));
	}

	private static int round(Backup backup) {
		Set<String> addresses = new HashSet<>();
		for (Instance instance : backup.all(null)) {
			addresses.add(instance.getIp());
		}
		require(addresses.size() == 1 && backup.size() == INSTANCES, "a torn file: " + backup.all(null));
		String[] parts = addresses.iterator().next().split("\\.");
		return Integer.parseInt(parts[2]) * 250 + Integer.parseInt(parts[3]);
	}

	private static void require(boolean condition, String message) {
		if (!condition) {
			throw new IllegalStateException(message);
		}
	}

	@Override
	public String toString() {
		return ("%d kills: %d writes were left half done and finished by the next process, %d were left before their "
				+ "first change; %d were answered; no file was torn or missing, no answered write lost, nothing manual")
			.formatted(this.kills, this.unfinished, this.finished, this.operations);
	}

	/**
	 * A process that is to be killed. It writes to a file: of what is left in a pipe when
	 * a process ends, its reader may see nothing.
	 */
	private final class Child {

		private final Path output = CrashHarness.this.directory
			.resolveSibling("output-" + CrashHarness.this.random.nextLong());

		private final Process process;

		private int read;

		private String lastDone = "";

		private long lastDoneAt;

		Child() throws IOException {
			this.process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
					System.getProperty("java.class.path"), CrashHarness.class.getName(), "write",
					CrashHarness.this.directory.toString(), Long.toString(CrashHarness.this.random.nextLong()))
				.redirectErrorStream(true)
				.redirectOutput(this.output.toFile())
				.start();
		}

		/** Waits until the process has answered once more. */
		void awaitDone() throws Exception {
			long before = CrashHarness.this.operations;
			while (CrashHarness.this.operations == before) {
				require(this.process.isAlive(), "The process has ended: " + this.output);
				Thread.sleep(1);
				readOutput();
			}
		}

		private void readOutput() throws IOException {
			String all = Files.readString(this.output);
			int end = all.lastIndexOf('\n') + 1;
			all.substring(this.read, end).lines().filter((line) -> line.startsWith("done ")).forEach((line) -> {
				String[] parts = line.split(" ");
				this.lastDone = parts[1];
				this.lastDoneAt = Long.parseLong(parts[2]);
				CrashHarness.this.operations++;
			});
			this.read = end;
		}

		void killSoon() throws Exception {
			Thread.sleep(CrashHarness.this.random.nextInt(MAX_LIFE_MILLIS));
			this.process.destroyForcibly();
			require(this.process.waitFor(5, TimeUnit.MINUTES), "The process does not end");
			require(this.process.exitValue() == 137, "The process has failed: " + this.output);
			readOutput();
			Files.delete(this.output);
			CrashHarness.this.kills++;
		}

	}

	/** What a process does until it is killed. */
	private static final class Writer {

		private final DiskStore store;

		private final Random random;

		Writer(Path directory, Random random) {
			this.store = DiskStores.open(directory, MAX_FILE_SIZE);
			this.random = random;
		}

		void run() throws IOException {
			while (true) {
				List<Snapshot> snapshots = this.store.archive().snapshots();
				String id = Long.toHexString(this.random.nextLong());
				if (snapshots.size() > 2 && this.random.nextInt(3) == 0) {
					restore(snapshots.get(this.random.nextInt(snapshots.size())).id(), id);
				}
				else {
					snapshot(id);
				}
				if (this.random.nextInt(5) == 0) {
					this.store.writeSwitch(new SwitchState(this.random.nextBoolean(), null, "crash", null, null));
				}
			}
		}

		private void restore(String id, String newId) throws IOException {
			try {
				if (this.store.archive().restore(id, true, newId, "crash").snapshot() != null) {
					done(newId);
				}
			}
			catch (UnknownSnapshotException ex) {
				// The other process has driven it out.
			}
		}

		private void snapshot(String id) throws IOException {
			int round = 1 + this.random.nextInt(60_000);
			List<Backup> backups = new ArrayList<>();
			Set<ServiceKey> removed = new HashSet<>();
			for (int i = 0; i < SERVICES; i++) {
				ServiceKey key = ServiceKey.of("group", "service" + i);
				if (this.random.nextInt(4) == 0) {
					removed.add(key);
				}
				else {
					backups.add(backup(key, round));
				}
			}
			SnapshotResult result = this.store.archive()
				.write(new SnapshotChange(id, "crash", backups, removed, false));
			require(result.snapshot() != null && result.kept().isEmpty(), "taken for edited by hand: " + result);
			done(id);
		}

		private static void done(String id) {
			System.out.println("done " + id + " " + System.currentTimeMillis());
		}

		private static Backup backup(ServiceKey key, int round) {
			List<Instance> instances = new ArrayList<>();
			for (int i = 1; i <= INSTANCES; i++) {
				Instance instance = new Instance();
				instance.setIp("10.0.%d.%d".formatted(round / 250, round % 250));
				instance.setPort(i);
				instance.setServiceName(key.toString());
				instances.add(instance);
			}
			return Backup.copyOf(key, instances);
		}

	}

}
