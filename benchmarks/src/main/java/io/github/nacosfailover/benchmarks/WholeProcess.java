package io.github.nacosfailover.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;

/**
 * Figures of whole processes: each client in a JVM of its own, the stock client without
 * our jar.
 */
final class WholeProcess {

	static final String FLIPPED = "flipped";

	static final int USED = 20;

	private static final int SERVICES = 10_000;

	private static final int STOCK_FLIPS = 12;

	/**
	 * What {@link Scale} needs, and an application without shared stores does not have.
	 */
	private static final Pattern DATABASES = Pattern
		.compile("spring-jdbc|spring-data|spring-tx|HikariCP|lettuce|postgres");

	private WholeProcess() {
	}

	static String service(int index) {
		return "service-" + index;
	}

	static void run(Consumer<String> figures) throws Exception {
		NamingService provider = StockClients.create(FailoverDirectory.temporary().home());
		Instance instance = new Instance();
		instance.setIp("10.8.0.1");
		instance.setPort(8080);
		provider.registerInstance(FLIPPED, instance);
		figures.accept("# flips, load " + Benchmarks.load());
		FailoverDirectory small = FailoverDirectory.temporary().service(FLIPPED, 10, 9).failover(false);
		ours(figures, "flips", small);
		stockFlips(figures, small.failover(false));
		provider.shutDown();
		FailoverDirectory large = FailoverDirectory.temporary().failover(true);
		for (int i = 0; i < SERVICES; i++) {
			large.service(service(i), 20, 9);
		}
		figures.accept("# %d services of 20 instances, load %s".formatted(SERVICES, Benchmarks.load()));
		stock(figures, "load", large);
		ours(figures, "load", large.failover(false), SERVICES);
		ours(figures, "load", large.failover(false), USED);
		ours(figures, "warm", large.failover(true), SERVICES);
		figures.accept("# many services, load " + Benchmarks.load());
		ours(figures, "many", large.failover(false));
	}

	private static void stockFlips(Consumer<String> figures, FailoverDirectory directory) throws Exception {
		java.lang.Process process = start(StockProcess.class, false, "flips", directory.home().toString());
		long[] visible = new long[STOCK_FLIPS];
		try (BufferedReader output = output(process)) {
			next(output, "ready");
			for (int flip = 0; flip < visible.length; flip++) {
				Thread.sleep((long) (Math.random() * 5000));
				long start = System.nanoTime();
				directory.failover(flip % 2 == 0);
				visible[flip] = Long.parseLong(next(output, "seen ").substring(5)) - start;
			}
		}
		finally {
			process.destroyForcibly();
		}
		figures
			.accept("stock: %d flips by switch file, written to visible %s".formatted(STOCK_FLIPS, summary(visible)));
	}

	private static String next(BufferedReader output, String start) throws IOException {
		String line = output.readLine();
		while (line != null && !line.startsWith(start)) {
			line = output.readLine();
		}
		if (line == null) {
			throw new IOException("The process has ended");
		}
		return line;
	}

	private static void ours(Consumer<String> figures, String what, FailoverDirectory directory, int used)
			throws Exception {
		report(figures, "ours: ", start(OurProcess.class, true, what, directory.home().toString(),
				Integer.toString(SERVICES), Integer.toString(used)));
	}

	private static void ours(Consumer<String> figures, String what, FailoverDirectory directory) throws Exception {
		ours(figures, what, directory, 0);
	}

	private static void stock(Consumer<String> figures, String what, FailoverDirectory directory) throws Exception {
		report(figures, "stock: ",
				start(StockProcess.class, false, what, directory.home().toString(), Integer.toString(SERVICES)));
	}

	private static void report(Consumer<String> figures, String prefix, java.lang.Process process) throws Exception {
		List<String> last = new ArrayList<>();
		try (BufferedReader output = output(process)) {
			for (String line = output.readLine(); line != null; line = output.readLine()) {
				last.add(line);
				if (line.startsWith(prefix)) {
					figures.accept(line);
				}
			}
		}
		if (process.waitFor() != 0) {
			throw new IllegalStateException(String.join("\n", last));
		}
	}

	private static BufferedReader output(java.lang.Process process) {
		return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
	}

	private static java.lang.Process start(Class<?> main, boolean withOurs, String... arguments) throws IOException {
		String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> withOurs || !entry.contains("nacos-failover-autoconfigure"))
			.filter((entry) -> !DATABASES.matcher(entry).find())
			.collect(Collectors.joining(File.pathSeparator));
		Path logs = Files.createTempDirectory("nacos-failover-benchmark-logs");
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx2g", "-cp", classPath,
						"-DJM.LOG.PATH=" + logs, "-Dbenchmarks.server=" + System.getProperty("benchmarks.server"),
						main.getName()));
		command.addAll(List.of(arguments));
		return new ProcessBuilder(command).redirectErrorStream(true).start();
	}

	static String summary(long[] nanos) {
		long[] sorted = nanos.clone();
		Arrays.sort(sorted);
		return String.format(Locale.ROOT, "median %.1f ms, max %.1f ms", sorted[sorted.length / 2] / 1e6,
				sorted[sorted.length - 1] / 1e6);
	}

}
