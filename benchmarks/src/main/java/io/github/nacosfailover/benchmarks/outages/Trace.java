package io.github.nacosfailover.benchmarks.outages;

import java.util.ArrayList;
import java.util.List;

/**
 * An incident, as a list of events. As text, for {@code -Doutages.traces}:
 *
 * <pre>
 * trace NAME INSTANCES SECONDS [benign]
 * SECOND COMMAND [INSTANCES]
 * </pre>
 *
 * Instances are numbers from 0 and ranges: {@code 0-5,8}. All begin registered and alive.
 * Commands: {@code register}, {@code lose} (the registration goes, the process does not),
 * {@code deregister} (on purpose), {@code start}, {@code stop} (connections are refused),
 * {@code vanish} (no answer any more), {@code reuse} (another process has the address),
 * {@code unreachable} and {@code reachable} (from this consumer), {@code server-down},
 * {@code server-up}, {@code network-down}, {@code network-up} (of this consumer), and
 * {@code restart} (this consumer).
 *
 * @param name the kind of incident
 * @param instances number of instances, those that are started later included
 * @param seconds how long it lasts
 * @param benign whether nothing is wrong with the registry
 * @param events the events, in order of time
 */
record Trace(String name, int instances, int seconds, boolean benign, List<Event> events) {

	/** When the first thing happens. */
	int begin() {
		return this.events.isEmpty() ? 0 : this.events.get(0).second();
	}

	/**
	 * Reads traces.
	 * @param lines the text
	 * @return the traces
	 * @throws IllegalArgumentException if a line is malformed
	 */
	static List<Trace> parse(List<String> lines) {
		List<Trace> traces = new ArrayList<>();
		List<Event> events = new ArrayList<>();
		String[] header = null;
		for (int i = 0; i <= lines.size(); i++) {
			String line = (i < lines.size()) ? lines.get(i).strip() : "trace";
			if (line.isEmpty() || line.startsWith("#")) {
				continue;
			}
			String[] words = line.split("\\s+");
			try {
				if (words[0].equals("trace")) {
					if (header != null) {
						traces.add(of(header, events));
						events = new ArrayList<>();
					}
					header = words;
				}
				else {
					events.add(new Event(Integer.parseInt(words[0]), words[1],
							(words.length > 2) ? numbers(words[2]) : List.of()));
				}
			}
			catch (RuntimeException ex) {
				throw new IllegalArgumentException("line %d is malformed: %s".formatted(i + 1, line), ex);
			}
		}
		return traces;
	}

	private static Trace of(String[] header, List<Event> events) {
		events.sort((one, other) -> Integer.compare(one.second(), other.second()));
		return new Trace(header[1], Integer.parseInt(header[2]), Integer.parseInt(header[3]),
				header.length > 4 && header[4].equals("benign"), List.copyOf(events));
	}

	private static List<Integer> numbers(String text) {
		List<Integer> numbers = new ArrayList<>();
		for (String part : text.split(",")) {
			String[] ends = part.split("-");
			for (int i = Integer.parseInt(ends[0]); i <= Integer.parseInt(ends[ends.length - 1]); i++) {
				numbers.add(i);
			}
		}
		return numbers;
	}

	/**
	 * Something that happens.
	 *
	 * @param second when
	 * @param command what
	 * @param instances to which instances, empty if it is not about instances
	 */
	record Event(int second, String command, List<Integer> instances) {

	}

}
