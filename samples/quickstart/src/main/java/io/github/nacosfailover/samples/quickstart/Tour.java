package io.github.nacosfailover.samples.quickstart;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.function.Predicate;

import tools.jackson.databind.JsonNode;

/**
 * Takes all steps by itself, prints what it saw, and ends with the first that did not
 * show what it should.
 */
class Tour {

	private static final int INSTANCES = 4;

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private static final String NAMESPACE = "/namespaces/public";

	private static final String SERVICE = NAMESPACE + "/services/DEFAULT_GROUP@@orders";

	private static final String HEALTH = "/components/nacosFailover";

	private final ConsumerClient consumer;

	private final String nacos;

	private Step step = Step.LIVE;

	Tour(ConsumerClient consumer, String nacos) {
		this.consumer = consumer;
		this.nacos = nacos;
	}

	/**
	 * Takes all steps.
	 * @return 0 if each showed what it should
	 */
	int run() {
		long started = System.nanoTime();
		try {
			walk();
		}
		catch (TourFailure | IOException ex) {
			String reason = (ex instanceof TourFailure) ? ex.getMessage() : ex.toString();
			System.out.printf("%nFAILED at step %d, %s: %s%n", this.step.ordinal() + 1, this.step.title(), reason);
			return 1;
		}
		catch (InterruptedException ex) {
			return 1;
		}
		System.out.printf("%nAll %d steps showed what they should, in %d s.%n", Step.values().length,
				Duration.ofNanos(System.nanoTime() - started).toSeconds());
		return 0;
	}

	private void walk() throws IOException, InterruptedException {
		outage();
		lostInstances();
	}

	private void outage() throws IOException, InterruptedException {
		take(Step.LIVE, (seen) -> shows(seen, "live"), PATIENCE);
		saw("four instances, as the server lists them");
		take(Step.BACKED_UP, (seen) -> seen.at("/snapshots/0/instances").asInt() == INSTANCES, PATIENCE);
		saw("nobody has prepared anything: the service was asked for, so it was saved");
		take(Step.KILL, (seen) -> !seen.at("/running").asBoolean(true));
		requireNobodyListens();
		saw("the process is gone and nobody listens on " + this.nacos);
		take(Step.ON, (seen) -> seen.at("/enabled").asBoolean());
		saw("failover is on");
		take(Step.STILL_SERVED, (seen) -> shows(seen, "failover"));
		saw("the same four instances from the backup, and each answers");
		take(Step.STATUS, (seen) -> seen.at(NAMESPACE + "/serverStatus").asString().equals("DOWN")
				&& seen.at(SERVICE + "/servedFrom").asString().equals("failover"), PATIENCE);
		saw("the server is DOWN and orders is served from failover");
		take(Step.HEALTH, (seen) -> seen.at(HEALTH + "/status").asString().equals("FAILOVER")
				&& seen.at(HEALTH + "/details/public/reason").asString().equals("nacos is dead"));
		saw("FAILOVER, and still 200: nobody stops an application for it");
		take(Step.RESTART, (seen) -> seen.at("/running").asBoolean());
		saw("a new process");
		take(Step.COMPARE, (seen) -> seen.at("/live").size() == INSTANCES && seen.at("/removed").isEmpty(), PATIENCE);
		saw("the provider has come back to the server: live is what the backup is");
		take(Step.PREFLIGHT, (seen) -> seen.at(NAMESPACE + "/off/allowed").asBoolean(), PATIENCE);
		saw("the server is up and enough instances are live: switching off is allowed");
		take(Step.OFF, (seen) -> !seen.at("/enabled").asBoolean(true));
		saw("failover is off");
		take(Step.LIVE_AGAIN, (seen) -> shows(seen, "live"));
		saw("four instances, as the server lists them");
		take(Step.HISTORY, (seen) -> seen.at("/history").size() == 2
				&& seen.at("/history/1/reason").asString().equals("nacos is dead"));
		saw("switched on over HTTP when nacos was dead, and off again");
		take(Step.METRICS, (seen) -> seen.properties()
			.stream()
			.anyMatch((sample) -> sample.getKey().contains("from=\"backup\"") && sample.getValue().asDouble() >= 1));
		saw("how many queries were answered from the backup and how many live");
	}

	private void lostInstances() throws IOException, InterruptedException {
		take(Step.LOSE, (seen) -> !seen.at("/registered").asBoolean(true));
		saw("the instances run, but the server does not know them any more");
		take(Step.LOST, (seen) -> seen.at("/count").asInt(-1) == 0, PATIENCE);
		saw("an empty list, as the server tells it");
		take(Step.KEPT, (seen) -> seen.at("/kept/0/service").asString().equals("DEFAULT_GROUP@@orders"), PATIENCE);
		saw("the good backup was not traded for the empty one");
		take(Step.ON_AGAIN, (seen) -> seen.at("/enabled").asBoolean());
		saw("failover is on");
		take(Step.SERVED_AGAIN, (seen) -> shows(seen, "failover"));
		saw("the four instances from the backup, and each answers");
		take(Step.RETURN, (seen) -> seen.at("/registered").asBoolean());
		saw("the server is told of them again");
		take(Step.OFF_AGAIN, (seen) -> !seen.at("/enabled").asBoolean(true), PATIENCE);
		saw("failover is off");
	}

	private static boolean shows(JsonNode orders, String from) {
		int found = 0;
		for (JsonNode instance : orders.at("/instances")) {
			if (instance.at("/answer").asString().startsWith("orders instance")) {
				found++;
			}
		}
		return found == INSTANCES && orders.at("/count").asInt() == INSTANCES
				&& orders.at("/servedFrom").asString().equals(from);
	}

	private void take(Step next, Predicate<JsonNode> expected) throws IOException, InterruptedException {
		take(next, expected, Duration.ZERO);
	}

	private void take(Step next, Predicate<JsonNode> expected, Duration patience)
			throws IOException, InterruptedException {
		this.step = next;
		System.out.printf("%n%d. %s%n   $ %s%n", next.ordinal() + 1, next.title(), this.consumer.curl(next));
		long end = System.nanoTime() + patience.toNanos();
		JsonNode seen = this.consumer.take(next);
		while (!expected.test(seen) && System.nanoTime() < end) {
			Thread.sleep(200);
			seen = this.consumer.take(next);
		}
		System.out.println(seen.toPrettyString().indent(3).stripTrailing());
		if (!expected.test(seen)) {
			throw new TourFailure("this is not what it should show");
		}
	}

	private static void saw(String what) {
		System.out.println("   => " + what);
	}

	private void requireNobodyListens() {
		String[] address = this.nacos.split(":");
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(address[0], Integer.parseInt(address[1])), 1000);
			throw new TourFailure("somebody listens on %s, though the server was killed".formatted(this.nacos));
		}
		catch (IOException ex) {
			// As it should be.
		}
	}

}
