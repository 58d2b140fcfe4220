package io.github.nacosfailover.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;

/**
 * What a JVM uses.
 */
final class Process {

	private Process() {
	}

	/**
	 * The heap in use after a collection.
	 * @return bytes
	 */
	static long heap() throws InterruptedException {
		for (int i = 0; i < 4; i++) {
			System.gc();
			Thread.sleep(50);
		}
		return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
	}

	/**
	 * Prints what is used while nothing happens.
	 * @param name what is idle
	 * @param seconds how long to look
	 */
	static void idle(String name, int seconds) throws InterruptedException {
		OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
		Map<String, long[]> before = threads();
		long start = system.getProcessCpuTime();
		Thread.sleep(seconds * 1000L);
		long used = system.getProcessCpuTime() - start;
		Map<String, long[]> after = threads();
		System.out.printf("%s: nothing changing for %d s: process %.1f ms of CPU, %.3f %% of a core%n", name, seconds,
				used / 1e6, used / 1e7 / seconds);
		after.forEach((thread, now) -> {
			long[] then = before.getOrDefault(thread, new long[2]);
			if (now[0] - then[0] > 1_000_000 || now[1] - then[1] > 100_000 || thread.startsWith("nacos-failover")) {
				System.out.printf("%s:   thread %s: %.1f ms of CPU, %.1f kB allocated%n", name, thread,
						(now[0] - then[0]) / 1e6, (now[1] - then[1]) / 1e3);
			}
		});
	}

	private static Map<String, long[]> threads() {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		Map<String, long[]> used = new TreeMap<>();
		for (long id : threads.getAllThreadIds()) {
			var info = threads.getThreadInfo(id);
			if (info != null) {
				long[] sum = used.computeIfAbsent(info.getThreadName(), (name) -> new long[2]);
				sum[0] += threads.getThreadCpuTime(id);
				sum[1] += threads.getThreadAllocatedBytes(id);
			}
		}
		return used;
	}

}
