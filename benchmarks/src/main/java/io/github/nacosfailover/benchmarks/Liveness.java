package io.github.nacosfailover.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import com.alibaba.nacos.api.naming.NamingService;
import com.sun.management.OperatingSystemMXBean;
import io.github.nacosfailover.liveness.LivenessMode;
import io.github.nacosfailover.liveness.LivenessMonitor;
import io.github.nacosfailover.liveness.LivenessSettings;
import io.github.nacosfailover.probe.ProbeBudget;

/**
 * How many picks go to dead instances of a served backup, and what it costs to know which
 * they are.
 */
final class Liveness {

	private static final int MAX_RATE = 50;

	private static final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory
		.getOperatingSystemMXBean();

	private Liveness() {
	}

	static void run(Consumer<String> out) throws Exception {
		for (int dead : List.of(8, 12)) {
			try (Backend backend = new Backend(1, 20, dead)) {
				picks(backend, dead, out);
			}
		}
		try (Backend backend = new Backend(50, 20, 0)) {
			double without = cpu(backend, LivenessMode.OFF);
			double with = cpu(backend, LivenessMode.BOTH);
			out.accept("liveness of 1000 instances: %.2f %% of a core, without it %.2f %%".formatted(with, without));
		}
	}

	private static void picks(Backend backend, int dead, Consumer<String> out) throws Exception {
		try (OurClients clients = new OurClients();
				LivenessMonitor monitor = new LivenessMonitor(clients.engine(), settings(LivenessMode.BOTH),
						new ProbeBudget(MAX_RATE))) {
			NamingService naming = clients.create(backend.home);
			naming.getAllInstances("s0");
			clients.switchOn();
			long start = System.nanoTime();
			int[] failed = new int[2];
			int[] all = new int[2];
			for (long now = start; now - start < TimeUnit.SECONDS.toNanos(40); now = System.nanoTime()) {
				int late = (now - start >= TimeUnit.SECONDS.toNanos(10)) ? 1 : 0;
				all[late]++;
				failed[late] += backend.open.contains(naming.selectOneHealthyInstance("s0").getPort()) ? 0 : 1;
				Thread.sleep(1);
			}
			out.accept(
					"%d %% of a backup dead: failed picks %.2f %% in the first 10 s, %.2f %% in the next 30 s, %d probes"
						.formatted(dead * 5, 100.0 * failed[0] / all[0], 100.0 * failed[1] / all[1], monitor.probes()));
			naming.shutDown();
		}
	}

	private static double cpu(Backend backend, LivenessMode mode) throws Exception {
		try (OurClients clients = new OurClients();
				LivenessMonitor monitor = new LivenessMonitor(clients.engine(), settings(mode),
						new ProbeBudget(MAX_RATE))) {
			NamingService naming = clients.create(backend.home);
			for (int i = 0; i < backend.services; i++) {
				naming.getAllInstances("s" + i);
			}
			clients.switchOn();
			Thread.sleep(30_000);
			long before = system.getProcessCpuTime() - backend.cpuTime();
			long start = System.nanoTime();
			Thread.sleep(60_000);
			double share = 100.0 * (system.getProcessCpuTime() - backend.cpuTime() - before)
					/ (System.nanoTime() - start);
			if (mode != LivenessMode.OFF && monitor.probes() == 0) {
				throw new IllegalStateException("nothing was probed");
			}
			naming.shutDown();
			return share;
		}
	}

	private static LivenessSettings settings(LivenessMode mode) {
		return new LivenessSettings(mode, Duration.ofSeconds(10), 0.3);
	}

	/** Sockets that listen, or do not, and backups of them. */
	private static final class Backend implements AutoCloseable {

		private final Path home = FailoverDirectory.temporary().home();

		private final List<ServerSocket> sockets = new ArrayList<>();

		private final Set<Integer> open = new HashSet<>();

		private final int services;

		private final List<Thread> threads = new ArrayList<>();

		Backend(int services, int instances, int dead) throws IOException {
			this.services = services;
			for (int service = 0; service < services; service++) {
				StringBuilder hosts = new StringBuilder();
				for (int i = 0; i < instances; i++) {
					ServerSocket socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
					hosts.append((i > 0) ? "," : "")
						.append("{\"ip\":\"127.0.0.1\",\"port\":%d,\"healthy\":true,\"clusterName\":\"DEFAULT\"}"
							.formatted(socket.getLocalPort()));
					if (i < dead) {
						socket.close();
					}
					else {
						this.sockets.add(socket);
						this.open.add(socket.getLocalPort());
						accept(socket);
					}
				}
				Files.writeString(
						this.home.resolve("nacos/naming/public/failover")
							.resolve(URLEncoder.encode("DEFAULT_GROUP@@s" + service, StandardCharsets.UTF_8)),
						"{\"name\":\"s%d\",\"groupName\":\"DEFAULT_GROUP\",\"hosts\":[%s]}".formatted(service, hosts));
			}
		}

		/** Connections are closed soon, not after the backlog is full. */
		private void accept(ServerSocket socket) {
			Thread thread = new Thread(() -> {
				while (!socket.isClosed()) {
					try {
						socket.accept().close();
					}
					catch (IOException ex) {
						// The benchmark has ended.
					}
				}
			});
			thread.setDaemon(true);
			thread.start();
			this.threads.add(thread);
		}

		/** What it takes to be the other end of the probes, in nanoseconds. */
		long cpuTime() {
			ThreadMXBean threads = ManagementFactory.getThreadMXBean();
			return this.threads.stream()
				.mapToLong((thread) -> Math.max(0, threads.getThreadCpuTime(thread.getId())))
				.sum();
		}

		@Override
		public void close() throws IOException {
			for (ServerSocket socket : this.sockets) {
				socket.close();
			}
		}

	}

}
