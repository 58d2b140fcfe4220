package io.github.nacosfailover.bridge;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingFactory;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.listener.EventListener;
import com.alibaba.nacos.api.naming.pojo.Instance;

/**
 * Reproduces faults of the stock Nacos client that {@code docs/upstream.md} lists, by the
 * numbers of that page, with the client of the class path and no server. Must run without
 * the starter.
 */
public final class UpstreamFaults {

	/** Two polls of the client: there is nothing to await if it does nothing. */
	private static final int SECONDS_OF_TWO_POLLS = 11;

	private static final String SWITCH = "00-00---000-VIPSRV_FAILOVER_SWITCH-000---00-00";

	private final Path directory;

	private final NamingService naming;

	private UpstreamFaults(Path home) throws IOException, NacosException {
		this.directory = Files.createDirectories(home.resolve("nacos/naming/public/failover"));
		write("orders", "1.0.0.1", "A", "2.0.0.1", "B");
		write("stock", "3.0.0.1", "A");
		turn("1");
		Properties properties = new Properties();
		properties.setProperty("serverAddr", "127.0.0.1:1");
		properties.setProperty("namespace", "public");
		properties.setProperty("JM.SNAPSHOT.PATH", home.toString());
		this.naming = NamingFactory.createNamingService(properties);
		awaitSize("orders", 2);
	}

	/**
	 * Runs the reproductions.
	 * @param arguments the home of the client
	 * @throws Exception if one cannot be run
	 */
	public static void main(String[] arguments) throws Exception {
		new UpstreamFaults(Path.of(arguments[0])).run();
		System.exit(0);
	}

	private void run() throws Exception {
		sharedInstances();
		clusters();
		servicesOfServer();
		subscribeThatThrows();
		dataFiles();
		noEventAtSwitchOff();
	}

	private void clusters() throws Exception {
		this.naming.getAllInstances("orders", List.of("A"));
		int after = size("orders");
		throwsException(() -> this.naming.getAllInstances("stock", List.of("unknown")));
		int left = size("stock");
		report(1, after == 1 && left == 0, "%d of 2 instances after a query of one cluster, %d of 1 after one of none",
				after, left);
	}

	private void sharedInstances() throws Exception {
		Instance instance = this.naming.getAllInstances("orders").get(0);
		String ip = instance.getIp();
		instance.setIp("0.0.0.0");
		String seen = this.naming.getAllInstances("orders").get(0).getIp();
		instance.setIp(ip);
		report(2, seen.equals("0.0.0.0"), "the next caller sees %s", seen);
	}

	private void servicesOfServer() {
		report(11, throwsException(() -> this.naming.getServicesOfServer(1, 10)), "no list of services");
	}

	private void subscribeThatThrows() throws Exception {
		boolean thrown = throwsException(() -> this.naming.subscribe("subscribed", (event) -> {
		}));
		int subscribed = this.naming.getSubscribeServices().size();
		report(12, thrown && subscribed > 0, "%d subscriptions after the exception", subscribed);
	}

	private void dataFiles() throws Exception {
		Files.writeString(this.directory.resolve("DEFAULT_GROUP%40%40pretty"),
				json("pretty", "4.0.0.1", "A").replace(",", ",\n"));
		write("edited", "5.0.0.1", "A");
		turn("1");
		awaitSize("edited", 1);
		boolean pretty = size("pretty") == 0;
		write("edited", "5.0.0.1", "A", "5.0.0.2", "A");
		TimeUnit.SECONDS.sleep(SECONDS_OF_TWO_POLLS);
		int edited = size("edited");
		report(9, pretty && edited == 1, "indented %s, %d of 2 instances after an edit", pretty ? "lost" : "read",
				edited);
	}

	private void noEventAtSwitchOff() throws Exception {
		AtomicInteger events = new AtomicInteger();
		EventListener listener = (event) -> events.incrementAndGet();
		throwsException(() -> this.naming.subscribe("edited", listener));
		int before = events.get();
		turn("0");
		awaitSize("edited", 0);
		TimeUnit.SECONDS.sleep(SECONDS_OF_TWO_POLLS);
		report(13, events.get() == before, "%d events", events.get() - before);
	}

	private int size(String service) {
		try {
			return this.naming.getAllInstances(service).size();
		}
		catch (NacosException ex) {
			return 0;
		}
	}

	private void awaitSize(String service, int size) throws NacosException {
		long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
		while (size(service) != size) {
			if (System.nanoTime() > end) {
				throw new IllegalStateException("%s has %d instances".formatted(service, size(service)));
			}
			Thread.onSpinWait();
		}
	}

	private void turn(String state) throws IOException {
		Path file = this.directory.resolve(SWITCH);
		Files.writeString(file, state);
		// The client compares times, and misses what is written within one tick.
		Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis() + 1000));
	}

	private void write(String service, String... addresses) throws IOException {
		Files.writeString(this.directory.resolve("DEFAULT_GROUP%40%40" + service), json(service, addresses),
				StandardCharsets.UTF_8);
	}

	private static String json(String service, String... addresses) {
		StringBuilder hosts = new StringBuilder();
		for (int i = 0; i < addresses.length; i += 2) {
			hosts.append((i > 0) ? "," : "")
				.append("{\"ip\":\"%s\",\"port\":80,\"clusterName\":\"%s\"}".formatted(addresses[i], addresses[i + 1]));
		}
		return "{\"name\":\"%s\",\"groupName\":\"DEFAULT_GROUP\",\"hosts\":[%s]}".formatted(service, hosts);
	}

	private static boolean throwsException(Call call) {
		try {
			call.run();
			return false;
		}
		catch (Exception ex) {
			return true;
		}
	}

	private static void report(int number, boolean reproduced, String format, Object... values) {
		System.out.printf("%2d %s: %s%n", number, reproduced ? "reproduced" : "NOT reproduced",
				String.format(format, values));
	}

	@FunctionalInterface
	private interface Call {

		void run() throws Exception;

	}

}
