package io.github.nacosfailover.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.benchmarks.outages.Outages;
import io.github.nacosfailover.nacosserver.NacosServer;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs it all: starts a Nacos server, then JMH, then {@link WholeProcess}. The figures go
 * to the standard output and to {@code benchmarks.txt}.
 */
public final class Benchmarks {

	static final String LIVE_SERVICE = "live";

	private Benchmarks() {
	}

	/**
	 * Runs benchmarks.
	 * @param args {@code all}, {@code queries}, {@code off}, {@code threads},
	 * {@code process}, {@code snapshots} or, not among all, {@code scale},
	 * {@code outages} and {@code liveness}, and the directory for the figures
	 * @throws Exception if one fails
	 */
	public static void main(String[] args) throws Exception {
		String what = args[0];
		Path output = Path.of(args[1]).resolve("benchmarks.txt");
		if (what.equals("outages")) {
			try (PrintStream figures = new PrintStream(output.toFile())) {
				Outages.run((line) -> print(figures, line));
			}
			return;
		}
		if (what.equals("scale")) {
			scale(output);
			return;
		}
		try (NacosServer server = NacosServer.start(); PrintStream figures = new PrintStream(output.toFile())) {
			System.setProperty("benchmarks.server", server.serverAddr());
			NamingService provider = StockClients.create(FailoverDirectory.temporary().home());
			Instance instance = new Instance();
			instance.setIp("10.8.0.1");
			instance.setPort(8080);
			provider.registerInstance(LIVE_SERVICE, instance);
			print(figures, "# %s, %d cores, Java %s, load %s".formatted(System.getProperty("os.name"),
					Runtime.getRuntime().availableProcessors(), Runtime.version(), load()));
			if (what.equals("all") || what.equals("queries")) {
				run(figures, options("Queries\\.(get|select).*"));
			}
			if (what.equals("all") || what.equals("off")) {
				run(figures, options("Queries\\.whileOff.*"));
			}
			if (what.equals("all") || what.equals("threads")) {
				for (int threads = 1; threads <= 2; threads++) {
					run(figures,
							options("Queries\\.(getAllInstances|getAllInstancesAndRead|selectOneHealthyInstance)$")
								.param("client", "ours")
								.param("instances", "1", "100")
								.forks(3)
								.threads(threads));
				}
			}
			if (what.equals("all") || what.equals("process")) {
				WholeProcess.run((line) -> print(figures, line));
			}
			if (what.equals("liveness")) {
				Liveness.run((line) -> print(figures, line));
			}
			if (what.equals("all") || what.equals("snapshots")) {
				Snapshots.run((line) -> print(figures, line));
			}
			print(figures, "# load at the end " + load());
			provider.shutDown();
		}
		System.exit(0);
	}

	private static void scale(Path output) throws Exception {
		try (PrintStream figures = new PrintStream(output.toFile())) {
			for (String engine : List.of("redis", "postgres", "postgres-listen")) {
				List<String> command = new ArrayList<>(
						List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx3g",
								"-Xss512k", "-Dlogback.configurationFile=logback-benchmarks.xml", "-cp",
								System.getProperty("java.class.path"), Scale.class.getName(), engine, "10", "100"));
				if (!engine.endsWith("-listen")) {
					command.add("1000");
				}
				java.lang.Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT)
					.start();
				try (BufferedReader lines = process.inputReader()) {
					lines.lines()
						.filter((line) -> line.startsWith("#") || line.startsWith(engine + ":"))
						.forEach((line) -> print(figures, line));
				}
				process.waitFor();
			}
		}
		System.exit(0);
	}

	static String load() throws IOException {
		return Files.readString(Path.of("/proc/loadavg")).strip();
	}

	private static void print(PrintStream figures, String line) {
		System.out.println(line);
		figures.println(line);
		figures.flush();
	}

	private static ChainedOptionsBuilder options(String include) throws IOException {
		return new OptionsBuilder().include(include)
			.addProfiler(GCProfiler.class)
			.jvmArgs("-Xms1g", "-Xmx1g", "-Dbenchmarks.server=" + System.getProperty("benchmarks.server"),
					"-DJM.LOG.PATH=" + Files.createTempDirectory("nacos-failover-benchmark-logs"));
	}

	private static void run(PrintStream figures, ChainedOptionsBuilder options) throws RunnerException {
		Collection<RunResult> results = new Runner(options.build()).run();
		for (RunResult result : results) {
			Result<?> time = result.getPrimaryResult();
			Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
			print(figures,
					String.format(Locale.ROOT,
							"%-34s %-6s %5s instances %d threads %12.1f ns best %14.1f ns mean ± %.1f %12.0f B",
							result.getParams().getBenchmark().replaceFirst(".*\\.", ""),
							result.getParams().getParam("client"), result.getParams().getParam("instances"),
							result.getParams().getThreads(), time.getStatistics().getMin(), time.getScore(),
							time.getScoreError(), (allocated != null) ? allocated.getScore() : Double.NaN));
		}
	}

}
