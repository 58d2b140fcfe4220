package io.github.nacosfailover.benchmarks.outages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Replays incidents and prints which share of the demand each policy serves. Seed and
 * traces of one's own: {@code -Doutages.seed}, {@code -Doutages.traces}.
 */
public final class Outages {

	private static final int TRACES = 10_000;

	private static final int WINDOW = 600;

	/**
	 * In seconds; instances that are taken out answer for less than a loss is confirmed.
	 */
	private static final int SHORT_DRAIN = 8;

	private static final int LONG_DRAIN = 40;

	/** Smaller differences do not count, in percentage points. */
	private static final double TOLERANCE = 0.1;

	private Outages() {
	}

	/**
	 * Runs everything.
	 * @param out takes the lines of the result
	 * @throws IOException if traces cannot be read
	 */
	public static void run(Consumer<String> out) throws IOException {
		String file = System.getProperty("outages.traces", "");
		List<Trace> traces = !file.isEmpty() ? Trace.parse(Files.readAllLines(Path.of(file))) : Incidents.kinds();
		kinds(traces, out);
		if (file.isEmpty()) {
			long seed = Long.getLong("outages.seed", 1);
			out.accept("seed " + seed);
			random(new Random(seed), out);
			benign(new Random(seed), out);
		}
	}

	private static void kinds(List<Trace> traces, Consumer<String> out) {
		Map<String, double[]> sums = new LinkedHashMap<>();
		for (Trace trace : traces) {
			StringBuilder line = new StringBuilder("kind %-32s".formatted(trace.name()));
			Policies.all().forEach((name, policy) -> {
				Result result = replay(trace, policy);
				double[] sum = sums.computeIfAbsent(name, (key) -> new double[] { 0, 100 });
				sum[0] += result.mean() / traces.size();
				sum[1] = Math.min(sum[1], result.worst());
				line.append(format(" %s %.1f", name, result.mean()));
				if (result.holds() > 0) {
					line.append(" (held %d times)".formatted(result.holds()));
				}
			});
			out.accept(line.toString());
		}
		sums.forEach((name, sum) -> out.accept(format("policy %s mean %.1f worst %.1f", name, sum[0], sum[1])));
	}

	private static void random(Random random, Consumer<String> out) {
		int worse = 0;
		double gap = 0;
		double gapToBetter = 0;
		for (int i = 0; i < TRACES; i++) {
			Trace trace = Incidents.random(random);
			double detector = replay(trace, Detector::new).mean();
			double live = replay(trace, Policies.all().get("stock")).mean();
			double backup = replay(trace, Policies.all().get("backup-always")).mean();
			worse += (detector < Math.min(live, backup) - TOLERANCE) ? 1 : 0;
			gap = Math.max(gap, Math.min(live, backup) - detector);
			gapToBetter += Math.max(live, backup) - detector;
		}
		out.accept(format("random %d worse-than-both %d max-gap %.2f mean-gap-to-better %.2f", TRACES, worse, gap,
				gapToBetter / TRACES));
	}

	private static void benign(Random random, Consumer<String> out) {
		int holds = 0;
		for (int i = 0; i < TRACES; i++) {
			holds += replay(Incidents.benign(random, SHORT_DRAIN), Detector::new).holds();
		}
		out.accept("benign %d holds %d".formatted(TRACES, holds));
		drained(random, out);
	}

	/** Drains that last longer than a loss takes to be confirmed. */
	private static void drained(Random random, Consumer<String> out) {
		int holds = 0;
		double gap = 0;
		for (int i = 0; i < TRACES; i++) {
			Trace trace = Incidents.benign(random, LONG_DRAIN);
			Result detector = replay(trace, Detector::new);
			holds += detector.holds();
			gap = Math.max(gap, replay(trace, Policies.all().get("stock")).mean() - detector.mean());
		}
		out.accept(format("drained for up to %d s %d holds %d max-gap-to-live %.2f", LONG_DRAIN, TRACES, holds, gap));
	}

	private static Result replay(Trace trace, Function<World, Policy> factory) {
		World world = new World(trace);
		Policy policy = factory.apply(world);
		double[] served = new double[trace.seconds()];
		for (int second = 0; second < trace.seconds(); second++) {
			world.advanceTo(second);
			served[second] = 100 * world.served(policy.choose(second, world));
		}
		double sum = 0;
		double window = 0;
		double worst = 100;
		for (int second = trace.begin(); second < trace.seconds(); second++) {
			sum += served[second];
			window += served[second];
			if (second - trace.begin() >= WINDOW) {
				window -= served[second - WINDOW];
				worst = Math.min(worst, window / WINDOW);
			}
		}
		return new Result(sum / (trace.seconds() - trace.begin()), worst, policy.holds());
	}

	private static String format(String text, Object... arguments) {
		return String.format(Locale.ROOT, text, arguments);
	}

	/**
	 * What a policy has reached.
	 *
	 * @param mean mean share of the demand that was served, in percent
	 * @param worst the same in the worst 10 minutes
	 * @param holds how often something was held
	 */
	private record Result(double mean, double worst, int holds) {

	}

}
