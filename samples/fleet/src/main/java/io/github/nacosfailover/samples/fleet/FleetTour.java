package io.github.nacosfailover.samples.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

import io.github.nacosfailover.nacosserver.NacosServer;
import tools.jackson.databind.JsonNode;

/**
 * Takes the steps and prints what each showed.
 */
class FleetTour {

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private static final String NAMESPACE = "/namespaces/public";

	private final NacosServer nacos;

	private final List<ConsumerProcess> consumers;

	private int step;

	FleetTour(NacosServer nacos, List<ConsumerProcess> consumers) {
		this.nacos = nacos;
		this.consumers = consumers;
	}

	/**
	 * Takes all steps.
	 * @return 0 if each showed what it should
	 */
	int run() throws InterruptedException, IOException {
		try {
			walk();
			System.out.printf("%nAll %d steps showed what they should.%n", this.step);
			return 0;
		}
		catch (IOException ex) {
			System.out.printf("%nFAILED at step %d: %s%n", this.step, ex.getMessage());
			for (ConsumerProcess consumer : this.consumers) {
				System.out.println(Files.readString(consumer.log()));
			}
			return 1;
		}
	}

	private void walk() throws IOException, InterruptedException {
		ConsumerProcess first = this.consumers.get(0);
		ConsumerProcess last = this.consumers.get(this.consumers.size() - 1);
		step("All three see both services live");
		for (ConsumerProcess consumer : this.consumers) {
			show(consumer, "/services", FleetTour::hasAll);
		}
		step("A backup of both is in Redis by itself, written once");
		JsonNode snapshots = await(last, "/actuator/nacosfailoversnapshots",
				(seen) -> seen.at("/snapshots/0/services").asInt() == 2);
		print(last, "/actuator/nacosfailoversnapshots", snapshots.at("/snapshots"));
		step("Nacos is killed");
		this.nacos.kill();
		for (ConsumerProcess consumer : this.consumers) {
			await(consumer, "/actuator/nacosfailover",
					(seen) -> seen.at(NAMESPACE + "/serverStatus").asString().equals("DOWN"));
		}
		System.out.println("   every consumer knows that its server is DOWN");
		step("One POST, to the first of them");
		String body = "{\"enabled\": true, \"reason\": \"nacos is dead\", \"wait\": \"5s\"}";
		JsonNode answer = first.post("/actuator/nacosfailover", body);
		System.out.printf("   $ curl -s -H 'Content-Type: application/json' -d '%s' %s/actuator/nacosfailover%n", body,
				first.address());
		JsonNode fleet = answer.at(NAMESPACE + "/fleet");
		System.out.println("   fleet: " + fleet);
		require(answer, (seen) -> fleet.at("/applied").asInt() == 3 && fleet.at("/instances").asInt() == 3);
		step("All three serve both services from the backup");
		for (ConsumerProcess consumer : this.consumers) {
			show(consumer, "/services", FleetTour::hasAll);
			require(consumer.get("/actuator/nacosfailover"), FleetTour::isServedFromBackup);
		}
		step("One POST back, to another one, refused as long as the server is not there");
		try {
			last.post("/actuator/nacosfailover", "{\"enabled\": false}");
			throw new IOException("it was not refused");
		}
		catch (IOException ex) {
			require(ex.getMessage(), (message) -> message.contains("answered 409"));
			System.out.println("   409: the server is down");
		}
		step("Nacos is back, and so is everything else with one POST");
		this.nacos.restart();
		for (ConsumerProcess consumer : this.consumers) {
			await(consumer, "/actuator/nacosfailover/preflight", FleetTour::isComplete);
		}
		JsonNode off = last.post("/actuator/nacosfailover", "{\"enabled\": false, \"wait\": \"5s\"}");
		System.out.println("   fleet: " + off.at(NAMESPACE + "/fleet"));
		require(off, (seen) -> seen.at(NAMESPACE + "/fleet/applied").asInt() == 3);
		for (ConsumerProcess consumer : this.consumers) {
			show(consumer, "/services", FleetTour::hasAll);
		}
		step("Nacos is killed again: one of three first, the others by themselves if nothing gets worse there");
		this.nacos.kill();
		for (ConsumerProcess consumer : this.consumers) {
			await(consumer, "/actuator/nacosfailover",
					(seen) -> seen.at(NAMESPACE + "/serverStatus").asString().equals("DOWN"));
		}
		String staged = "{\"enabled\": true, \"reason\": \"nacos is dead\", \"stage\": {\"share\": \"34%\", \"hold\": \"5s\"}}";
		JsonNode begun = first.post("/actuator/nacosfailover", staged);
		System.out.printf("   $ curl -s -H 'Content-Type: application/json' -d '%s' %s/actuator/nacosfailover%n",
				staged, first.address());
		System.out.println("   stage: " + begun.at(NAMESPACE + "/stage"));
		require(begun, (seen) -> seen.at(NAMESPACE + "/stage/members").size() == 1);
		for (ConsumerProcess consumer : this.consumers) {
			JsonNode done = await(consumer, "/actuator/nacosfailover",
					(seen) -> seen.at(NAMESPACE + "/stage/state").asString().equals("done"));
			require(done, FleetTour::isServedFromBackup);
			show(consumer, "/services", FleetTour::hasAll);
		}
	}

	private void step(String title) {
		this.step++;
		System.out.printf("%n%d. %s%n", this.step, title);
	}

	private static boolean hasAll(JsonNode seen) {
		return seen.at("/orders").size() == 2 && seen.at("/payments").size() == 2;
	}

	private static boolean isServedFromBackup(JsonNode status) {
		for (String service : List.of("orders", "payments")) {
			JsonNode found = status.at(NAMESPACE + "/services/DEFAULT_GROUP@@" + service);
			if (!found.at("/servedFrom").asString().equals("failover")) {
				return false;
			}
		}
		return true;
	}

	private static boolean isComplete(JsonNode preflight) {
		return preflight.at(NAMESPACE + "/off/allowed").asBoolean();
	}

	private void show(ConsumerProcess consumer, String path, Predicate<JsonNode> expected)
			throws IOException, InterruptedException {
		print(consumer, path, await(consumer, path, expected));
	}

	private static void print(ConsumerProcess consumer, String path, JsonNode seen) {
		System.out.printf("   $ curl -s %s%s%n   %s%n", consumer.address(), path, seen);
	}

	private static JsonNode await(ConsumerProcess consumer, String path, Predicate<JsonNode> expected)
			throws IOException, InterruptedException {
		long end = System.nanoTime() + PATIENCE.toNanos();
		while (true) {
			String seen;
			try {
				JsonNode found = consumer.get(path);
				if (expected.test(found)) {
					return found;
				}
				seen = found.toString();
			}
			catch (IOException ex) {
				seen = String.valueOf(ex.getMessage());
			}
			if (System.nanoTime() > end || !consumer.isAlive()) {
				throw new IOException(
						"%s%s does not show what it should: %s".formatted(consumer.address(), path, seen));
			}
			Thread.sleep(200);
		}
	}

	private static <T> void require(T seen, Predicate<T> expected) throws IOException {
		if (!expected.test(seen)) {
			throw new IOException("this is not what it should show: " + seen);
		}
	}

}
