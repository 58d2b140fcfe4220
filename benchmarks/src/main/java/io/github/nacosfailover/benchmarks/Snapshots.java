package io.github.nacosfailover.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.alibaba.nacos.api.naming.pojo.Instance;
import com.alibaba.nacos.api.naming.pojo.ServiceInfo;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.SnapshotArchive;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.disk.DiskStore;
import io.github.nacosfailover.store.disk.DiskStores;

import static java.lang.management.ManagementFactory.getOperatingSystemMXBean;

/**
 * What snapshots of many services cost, each in a JVM of its own: writing them, beside
 * {@code cp -r} and {@code sync} of the same files; reading them at a restart, beside
 * reading and parsing the same bytes; and writing some of them again and again.
 */
public final class Snapshots {

	private static final int SERVICES = 10_000;

	private static final int INSTANCES = 20;

	private static final int RUNS = 5;

	private static final int PARTS = 6;

	private static final int WARM_UP_WRITES = 200;

	private static final long MAX_FILE_SIZE = 16 * 1024 * 1024;

	private Snapshots() {
	}

	/**
	 * Runs one measurement.
	 * @param args what to measure, and the directory
	 * @throws Exception if it fails
	 */
	public static void main(String[] args) throws Exception {
		Path directory = Path.of(args[1]);
		switch (args[0]) {
			case "write" -> System.out.println("result " + write(directory, false));
			case "write-again" -> System.out.println("result " + write(directory, true));
			case "restart" -> System.out.println("result " + restart(directory, false));
			case "restart-all" -> System.out.println("result " + restart(directory, true));
			case "jackson" -> System.out.println("result " + jackson(directory));
			case "changes" -> System.out.println("result " + changes(directory, PARTS));
			case "no-changes" -> System.out.println("result " + changes(directory, 0));
			default -> throw new IllegalArgumentException(args[0]);
		}
		System.exit(0);
	}

	static void run(Consumer<String> figures) throws Exception {
		figures.accept("# snapshots of %d services of %d instances, load %s".formatted(SERVICES, INSTANCES,
				Benchmarks.load()));
		Path root = Files.createTempDirectory("nacos-failover-benchmark-snapshots");
		Path directory = root;
		for (String what : new String[] { "write", "write-again" }) {
			String jvm = what.equals("write") ? "a fresh JVM" : "a JVM that has written snapshots before";
			double[] writes = new double[RUNS];
			double[] copies = new double[RUNS];
			for (int i = 0; i < RUNS; i++) {
				directory = root.resolve(what + i);
				sync();
				writes[i] = measure(what, directory);
				Path source = withoutOurs(directory, root.resolve("source-" + what + i));
				sync();
				copies[i] = copy(source, root.resolve("copy-" + what + i));
				figures
					.accept(String.format(Locale.ROOT, "first snapshot of %s %.0f ms, cp -r and sync %.0f ms: %.0f %%",
							jvm, writes[i], copies[i], 100 * copies[i] / writes[i]));
			}
			figures.accept(String.format(Locale.ROOT, "first snapshot of %s, medians: %.0f ms, %.0f ms: %.0f %%", jvm,
					median(writes), median(copies), 100 * median(copies) / median(writes)));
		}
		restart("restart", "until all are known", directory, figures);
		restart("restart-all", "until all are read and parsed", directory, figures);
		double idle = measure("no-changes", directory);
		double cpu = measure("changes", directory);
		figures.accept(String.format(Locale.ROOT,
				"1 %% of services changed in a minute: %.0f ms of CPU of the whole process, %.0f ms if nothing changes: "
						+ "changes cost %.2f %% of a core",
				cpu, idle, (cpu - idle) / 600));
		delete(root);
	}

	private static void restart(String what, String ready, Path directory, Consumer<String> figures) throws Exception {
		double[] restarts = new double[RUNS];
		double[] parses = new double[RUNS];
		for (int i = 0; i < RUNS; i++) {
			restarts[i] = measure(what, directory);
			parses[i] = measure("jackson", directory);
		}
		figures.accept(String.format(Locale.ROOT,
				"restart %s %s ms, reading and parsing with Jackson %s ms, medians: %.0f ms, %.0f ms: %.2fx", ready,
				rounded(restarts), rounded(parses), median(restarts), median(parses),
				median(restarts) / median(parses)));
	}

	private static String rounded(double[] values) {
		return Arrays.toString(Arrays.stream(values).mapToLong(Math::round).toArray());
	}

	private static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		return sorted[sorted.length / 2];
	}

	private static double measure(String what, Path directory) throws Exception {
		java.lang.Process process = new ProcessBuilder(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx2g", "-cp",
				System.getProperty("java.class.path"), Snapshots.class.getName(), what, directory.toString())
			.redirectErrorStream(true)
			.start();
		List<String> lines = process.inputReader().lines().toList();
		if (process.waitFor() != 0) {
			throw new IllegalStateException(String.join("\n", lines));
		}
		return lines.stream()
			.filter((line) -> line.startsWith("result "))
			.mapToDouble((line) -> Double.parseDouble(line.substring("result ".length())))
			.findFirst()
			.orElseThrow();
	}

	private static void sync() throws Exception {
		new ProcessBuilder("sync").start().waitFor();
	}

	private static Path withoutOurs(Path directory, Path target) throws Exception {
		Files.createDirectory(target);
		new ProcessBuilder("sh", "-c", "cp -r \"$0\"/DEFAULT* \"$1\"", directory.toString(), target.toString()).start()
			.waitFor();
		return target;
	}

	private static double copy(Path source, Path target) throws Exception {
		long start = System.nanoTime();
		new ProcessBuilder("sh", "-c", "cp -r \"$0\" \"$1\" && sync", source.toString(), target.toString()).start()
			.waitFor();
		return (System.nanoTime() - start) / 1e6;
	}

	private static void delete(Path root) throws IOException {
		try (Stream<Path> files = Files.walk(root)) {
			for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
				Files.delete(file);
			}
		}
	}

	private static double write(Path directory, boolean again) throws Exception {
		if (again) {
			for (int i = 0; i < 3; i++) {
				DiskStore store = DiskStores.open(directory.resolveSibling(directory.getFileName() + "-before" + i),
						MAX_FILE_SIZE);
				store.archive().write(new SnapshotChange("before", "benchmark", backups(0, 2000, 1), Set.of(), false));
				DiskStores.close(store);
			}
		}
		DiskStore store = DiskStores.open(directory, MAX_FILE_SIZE);
		List<Backup> backups = backups(0, SERVICES, 1);
		// What an application has had for a while is not new to the collector.
		System.gc();
		long start = System.nanoTime();
		store.archive().write(new SnapshotChange("first", "benchmark", backups, Set.of(), false));
		return (System.nanoTime() - start) / 1e6;
	}

	private static double restart(Path directory, boolean parse) throws Exception {
		long start = System.nanoTime();
		DiskStore store = DiskStores.open(directory, MAX_FILE_SIZE);
		long services = store.state()
			.backups()
			.all()
			.stream()
			.filter((ref) -> ref.instances() == INSTANCES && (!parse || ref.get() != null))
			.count();
		long end = System.nanoTime();
		check(services);
		return (end - start) / 1e6;
	}

	private static double jackson(Path directory) throws Exception {
		ObjectMapper mapper = new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
		long start = System.nanoTime();
		long services = 0;
		try (Stream<Path> files = Files.list(directory)) {
			for (Path file : (Iterable<Path>) files::iterator) {
				if (file.getFileName().toString().startsWith("DEFAULT")) {
					ServiceInfo service = mapper.readValue(Files.readAllBytes(file), ServiceInfo.class);
					services += (service.getHosts().size() == INSTANCES) ? 1 : 0;
				}
			}
		}
		long end = System.nanoTime();
		check(services);
		return (end - start) / 1e6;
	}

	private static void check(long services) {
		if (services != SERVICES) {
			throw new IllegalStateException(services + " services");
		}
	}

	/**
	 * CPU of a minute in which changes are written in parts, as they would be, by a JVM
	 * that has done so for a while.
	 */
	private static double changes(Path directory, int parts) throws Exception {
		DiskStore store = DiskStores.open(directory, MAX_FILE_SIZE);
		SnapshotArchive archive = store.archive();
		archive.saved();
		int part = SERVICES / 100 / PARTS + 1;
		for (int warmUp = 0; warmUp < WARM_UP_WRITES; warmUp++) {
			archive.write(new SnapshotChange("w" + warmUp, "benchmark", backups(0, part, 2 + warmUp), Set.of(), false));
			archive.saved();
		}
		List<List<Backup>> changes = new ArrayList<>();
		for (int i = 0; i < parts; i++) {
			changes.add(backups(i * part, (i + 1) * part, 1000));
		}
		Thread.sleep(3000);
		OperatingSystemMXBean system = (OperatingSystemMXBean) getOperatingSystemMXBean();
		long start = System.currentTimeMillis();
		long before = system.getProcessCpuTime();
		for (int i = 0; i < PARTS; i++) {
			if (i < parts) {
				archive.write(new SnapshotChange("c" + i, "benchmark", changes.get(i), Set.of(), false));
				archive.saved();
			}
			Thread.sleep(Math.max(0, start + (i + 1) * 60_000 / PARTS - System.currentTimeMillis()));
		}
		return (system.getProcessCpuTime() - before) / 1e6;
	}

	private static List<Backup> backups(int from, int to, int version) {
		List<Backup> backups = new ArrayList<>();
		for (int i = from; i < to; i++) {
			String service = WholeProcess.service(i);
			List<Instance> instances = new ArrayList<>();
			for (int j = 0; j < INSTANCES; j++) {
				Instance instance = new Instance();
				String ip = "10.%d.%d.%d".formatted(version % 250, i / 250, 1 + i % 250);
				instance.setInstanceId("%s#%d#DEFAULT#DEFAULT_GROUP@@%s".formatted(ip, 8000 + j, service));
				instance.setIp(ip);
				instance.setPort(8000 + j);
				instance.setClusterName("DEFAULT");
				instance.setServiceName("DEFAULT_GROUP@@" + service);
				instance.addMetadata("version", "1." + j % 2);
				instance.addMetadata("zone", "z" + j % 3);
				instance.addMetadata("preserved.register.source", "SPRING_CLOUD");
				instances.add(instance);
			}
			backups.add(Backup.copyOf(ServiceKey.of("DEFAULT_GROUP", service), instances));
		}
		return backups;
	}

}
