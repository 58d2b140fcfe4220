package io.github.nacosfailover.benchmarks.outages;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The kinds of incidents, and random ones.
 */
final class Incidents {

	/** Before this second nothing happens: processes have been running for a while. */
	private static final int BEGIN = 600;

	private static final int SECONDS = BEGIN + 1800;

	private static final int RANDOM_BEGIN = 310;

	private static final int RANDOM_SECONDS = RANDOM_BEGIN + 1200;

	private Incidents() {
	}

	/** One of each kind. */
	static List<Trace> kinds() {
		List<String> lines = new ArrayList<>();
		add(lines, "empty-push 20", "600 server-down", "603 server-up", "603 lose 0-19", "1500 register 0-19");
		add(lines, "lost-for-good 20", "600 server-down", "620 lose 0-13", "620 server-up");
		add(lines, "crash 20", "600 vanish 0-5", "600 stop 6-11", "615 lose 0-11", "1200 start 0-11",
				"1210 register 0-11");
		add(lines, "scale-down-with-drain 20 benign", "600 deregister 6-19", "630 stop 6-19");
		add(lines, "blue-green 40 benign", "600 start 20-39", "610 register 20-39", "640 deregister 0-19",
				"675 stop 0-19");
		List<String> rolling = new ArrayList<>();
		for (int i = 0; i < 20; i += 2) {
			int at = 600 + 30 * (i / 2);
			rolling.add("%d start %d-%d".formatted(at, 20 + i, 21 + i));
			rolling.add("%d register %d-%d".formatted(at + 10, 20 + i, 21 + i));
			rolling.add("%d deregister %d-%d".formatted(at + 12, i, i + 1));
			rolling.add("%d stop %d-%d".formatted(at + 27, i, i + 1));
		}
		add(lines, "rolling-redeploy 40 benign", rolling.toArray(String[]::new));
		add(lines, "addresses-reused 20", "600 vanish 0-11", "608 lose 0-11", "660 reuse 0-11");
		add(lines, "consumer-restarted-server-down 20", "600 server-down", "620 vanish 0-1", "640 restart",
				"1800 server-up", "1800 lose 0-1");
		List<String> redeployed = new ArrayList<>(List.of("600 server-down", "900 start 20-31", "900 stop 0-5",
				"900 vanish 6-11", "1800 server-up", "1800 lose 0-11", "1800 register 20-31"));
		add(lines, "server-down-redeploy 32", redeployed.toArray(String[]::new));
		add(lines, "half-unreachable 20", "600 unreachable 0-9", "1500 reachable 0-9");
		List<String> flapping = new ArrayList<>();
		for (int at = 600; at < 1500; at += 40) {
			flapping.add("%d lose 0-13".formatted(at));
			flapping.add("%d register 0-13".formatted(at + 20));
		}
		add(lines, "flapping-registry 20", flapping.toArray(String[]::new));
		add(lines, "zombies 20", "600 vanish 0-3", "1500 lose 0-3");
		List<String> network = new ArrayList<>();
		for (int at = 600; at < 1200; at += 60) {
			network.add("%d network-down".formatted(at));
			network.add("%d network-up".formatted(at + 8));
		}
		add(lines, "own-network 20", network.toArray(String[]::new));
		List<String> filling = new ArrayList<>(List.of("600 server-down", "630 lose 0-19", "630 server-up"));
		for (int i = 0; i < 20; i++) {
			filling.add("%d register %d".formatted(632 + i * 3 / 2, i));
		}
		add(lines, "server-restart-empty 20", filling.toArray(String[]::new));
		add(lines, "partitioned-consumer 20", "600 server-down", "1500 server-up");
		return Trace.parse(lines);
	}

	private static void add(List<String> lines, String header, String... events) {
		String[] words = header.split(" ");
		lines.add("trace %s %s %d %s".formatted(words[0], words[1], SECONDS, (words.length > 2) ? words[2] : ""));
		lines.addAll(List.of(events));
	}

	/** Something that goes wrong with the registry, with processes, or with both. */
	static Trace random(Random random) {
		int n = 3 + random.nextInt(28);
		List<String> lines = new ArrayList<>();
		int events = 1 + random.nextInt(6);
		for (int i = 0; i < events; i++) {
			int at = RANDOM_BEGIN + random.nextInt(700);
			String some = some(random, n);
			switch (random.nextInt(6)) {
				case 0 -> {
					lines.add("%d server-down".formatted(at));
					lines.add("%d server-up".formatted(at + 5 + random.nextInt(300)));
				}
				case 1 -> {
					lines.add("%d lose %s".formatted(at, some));
					if (random.nextBoolean()) {
						lines.add("%d register %s".formatted(at + 5 + random.nextInt(600), some));
					}
				}
				case 2 -> {
					lines.add("%d %s %s".formatted(at, random.nextBoolean() ? "vanish" : "stop", some));
					lines.add("%d lose %s".formatted(at + 3 + random.nextInt(28), some));
					if (random.nextBoolean()) {
						int back = at + 60 + random.nextInt(300);
						lines.add("%d start %s".formatted(back, some));
						lines.add("%d register %s".formatted(back + 5, some));
					}
				}
				case 3 -> {
					lines.add("%d deregister %s".formatted(at, some));
					lines.add("%d stop %s".formatted(at + random.nextInt(40), some));
				}
				case 4 -> {
					lines.add("%d server-down".formatted(at));
					lines.add("%d lose %s".formatted(at + 10, some));
					lines.add("%d server-up".formatted(at + 10 + random.nextInt(60)));
				}
				default -> {
					lines.add("%d vanish %s".formatted(at, some));
					lines.add("%d lose %s".formatted(at + 5 + random.nextInt(26), some));
					lines.add("%d reuse %s".formatted(at + 60 + random.nextInt(60), some));
				}
			}
		}
		lines.add(0, "trace random %d %d".formatted(n, RANDOM_SECONDS));
		return Trace.parse(lines).get(0);
	}

	/**
	 * Scaling, redeploys and restarts, with a registry that tells the truth.
	 * @param maxDrain for how many seconds instances that are taken out go on answering
	 */
	static Trace benign(Random random, int maxDrain) {
		int n = 3 + random.nextInt(28);
		List<String> lines = new ArrayList<>();
		int at = RANDOM_BEGIN + random.nextInt(120);
		int drain = random.nextInt(maxDrain + 1);
		int total = n;
		switch (random.nextInt(5)) {
			case 0 -> {
				int left = 1 + random.nextInt(n - 1);
				lines.add("%d deregister %d-%d".formatted(at, left, n - 1));
				lines.add("%d stop %d-%d".formatted(at + drain, left, n - 1));
			}
			case 1 -> {
				total = 2 * n;
				lines.add("%d start %d-%d".formatted(at, n, total - 1));
				lines.add("%d register %d-%d".formatted(at + 10, n, total - 1));
				lines.add("%d deregister 0-%d".formatted(at + 20, n - 1));
				lines.add("%d stop 0-%d".formatted(at + 20 + drain, n - 1));
			}
			case 2 -> {
				total = 2 * n;
				int batch = 1 + random.nextInt(Math.max(1, n / 3));
				for (int i = 0; i < n; i += batch, at += 20 + random.nextInt(30)) {
					int end = Math.min(n, i + batch) - 1;
					lines.add("%d deregister %d-%d".formatted(at, i, end));
					lines.add("%d stop %d-%d".formatted(at + drain, i, end));
					lines.add("%d start %d-%d".formatted(at + 15, n + i, n + end));
					lines.add("%d register %d-%d".formatted(at + 20, n + i, n + end));
				}
			}
			case 3 -> {
				// All are stopped, then all are started.
				lines.add("%d deregister 0-%d".formatted(at, n - 1));
				lines.add("%d stop 0-%d".formatted(at + drain, n - 1));
				int back = at + drain + 10 + random.nextInt(60);
				lines.add("%d start 0-%d".formatted(back, n - 1));
				lines.add("%d register 0-%d".formatted(back + 10, n - 1));
			}
			default -> {
				lines.add("%d restart".formatted(at));
				lines.add("%d deregister %d".formatted(at + 30, n - 1));
				lines.add("%d stop %d".formatted(at + 30 + drain, n - 1));
			}
		}
		lines.add(0, "trace benign %d %d benign".formatted(total, RANDOM_SECONDS));
		return Trace.parse(lines).get(0);
	}

	private static String some(Random random, int n) {
		int from = random.nextInt(n);
		return from + "-" + (from + random.nextInt(n - from));
	}

}
