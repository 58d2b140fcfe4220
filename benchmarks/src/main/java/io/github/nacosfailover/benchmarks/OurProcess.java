package io.github.nacosfailover.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.listener.NamingEvent;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A client with failover in a JVM of its own: bare, or in a Spring Boot application that
 * is flipped over HTTP.
 */
public final class OurProcess {

	private static final int FLIPS = 200;

	private final HttpClient http = HttpClient.newHttpClient();

	private final NamingService naming;

	private final URI endpoint;

	private OurProcess(ConfigurableApplicationContext context) {
		this.naming = context.getBean(NamingService.class);
		this.endpoint = URI.create("http://127.0.0.1:%s/actuator/nacosfailover"
			.formatted(context.getEnvironment().getProperty("local.server.port")));
	}

	/**
	 * Runs the client.
	 * @param args what to do, the home of the client, the number of services and how many
	 * of them are used
	 * @throws Exception if it fails
	 */
	public static void main(String[] args) throws Exception {
		Path home = Path.of(args[1]);
		if (args[0].equals("load") || args[0].equals("warm")) {
			load(home, Integer.parseInt(args[2]), Integer.parseInt(args[3]), args[0].equals("warm"));
		}
		else {
			try (ConfigurableApplicationContext context = run(home)) {
				OurProcess process = new OurProcess(context);
				if (args[0].equals("flips")) {
					process.flips();
				}
				else {
					process.manyServices(new FailoverDirectory(home), Integer.parseInt(args[2]));
				}
			}
		}
		System.exit(0);
	}

	private static void load(Path home, int services, int used, boolean warm) throws Exception {
		long before = Process.heap();
		long start = System.nanoTime();
		OurClients clients = new OurClients();
		NamingService naming = clients.create(home);
		long created = System.nanoTime();
		if (!warm) {
			clients.switchOn();
		}
		StockClients.await(naming, WholeProcess.service(0), "10.9.");
		long first = System.nanoTime();
		for (int i = 0; i < used; i++) {
			if (!StockClients.isFrom(naming, WholeProcess.service(i), "10.9.")) {
				throw new IllegalStateException("Service " + i + " is not answered from its backup");
			}
		}
		long all = System.nanoTime();
		Thread.sleep(8000);
		System.out.printf(
				"ours: %s, %d of %d used: client after %d ms, first answer from backup after %d ms, "
						+ "all %d answered after %d ms, heap %.1f MB%n",
				warm ? "on at start" : "switched on", used, services, (created - start) / 1_000_000,
				(first - start) / 1_000_000, used, (all - start) / 1_000_000, (Process.heap() - before) / 1e6);
		if (used == services && !warm) {
			Process.idle("ours", 30);
		}
	}

	private static ConfigurableApplicationContext run(Path home) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.run("--server.port=0", "--server.address=127.0.0.1", "--spring.main.banner-mode=off",
					"--management.endpoints.web.exposure.include=nacosfailover",
					"--nacos.failover.client.server-addr=" + System.getProperty("benchmarks.server"),
					"--nacos.failover.client.properties.[JM.SNAPSHOT.PATH]=" + home,
					"--nacos.failover.disk.path=" + home.resolve("nacos/naming/public/failover"));
	}

	private void flips() throws Exception {
		StockClients.await(this.naming, WholeProcess.FLIPPED, "10.8.");
		Random random = new Random(1);
		AtomicLong seenAt = new AtomicLong();
		AtomicInteger violations = new AtomicInteger();
		AtomicInteger checked = new AtomicInteger();
		// The number of the last answered flip, odd for on; -1 at the end.
		AtomicInteger answered = new AtomicInteger();
		AtomicInteger requested = new AtomicInteger();
		Thread reader = new Thread(() -> {
			boolean before = false;
			int known = answered.get();
			while (known != -1) {
				boolean on = StockClients.isFrom(this.naming, WholeProcess.FLIPPED, "10.9.");
				if (on != before) {
					before = on;
					seenAt.set(System.nanoTime());
				}
				if (known == requested.get()) {
					checked.incrementAndGet();
					if (on != (known % 2 == 1)) {
						violations.incrementAndGet();
					}
				}
				known = answered.get();
			}
		});
		reader.start();
		long[] visible = new long[FLIPS];
		long[] answer = new long[FLIPS];
		for (int flip = 1; flip <= FLIPS; flip++) {
			Thread.sleep(random.nextInt(20));
			boolean on = flip % 2 == 1;
			seenAt.set(0);
			requested.set(flip);
			long start = System.nanoTime();
			post(on);
			answer[flip - 1] = System.nanoTime() - start;
			if (StockClients.isFrom(this.naming, WholeProcess.FLIPPED, "10.9.") != on) {
				violations.incrementAndGet();
			}
			checked.incrementAndGet();
			answered.set(flip);
			while (seenAt.get() == 0) {
				Thread.onSpinWait();
			}
			visible[flip - 1] = seenAt.get() - start;
		}
		answered.set(-1);
		reader.join();
		System.out.printf("ours: %d flips over HTTP, %d queries that started after the answer, %d saw the old state%n",
				FLIPS, checked.get(), violations.get());
		System.out.printf("ours: request to visible %s; request to answer %s%n", WholeProcess.summary(visible),
				WholeProcess.summary(answer));
	}

	private void manyServices(FailoverDirectory directory, int services) throws Exception {
		for (int i = 0; i < WholeProcess.USED; i++) {
			this.naming.getAllInstances(WholeProcess.service(i));
		}
		get();
		Thread.sleep(8000);
		for (int round = 1; round <= 3; round++) {
			long start = System.nanoTime();
			Thread post = new Thread(() -> post(true));
			post.start();
			for (int i = 0; i < WholeProcess.USED; i++) {
				while (!StockClients.isFrom(this.naming, WholeProcess.service(i), "10.9.")) {
					Thread.onSpinWait();
				}
			}
			long visible = System.nanoTime() - start;
			post.join();
			System.out.printf(
					"ours: %d of %d services used, flip %d: POST to all %d answered from backup %.1f ms, to its own answer %.1f ms%n",
					WholeProcess.USED, services, round, WholeProcess.USED, visible / 1e6,
					(System.nanoTime() - start) / 1e6);
			if (round < 3) {
				post(false);
			}
		}
		long[] edits = new long[20];
		for (int i = 0; i < edits.length; i++) {
			Thread.sleep(300);
			long start = System.nanoTime();
			directory.service(WholeProcess.service(3), 20, 20 + i);
			while (!StockClients.isFrom(this.naming, WholeProcess.service(3), "10." + (20 + i))) {
				Thread.sleep(1);
			}
			edits[i] = System.nanoTime() - start;
		}
		System.out.printf("ours: one of %d files edited while on: to served %s%n", services,
				WholeProcess.summary(edits));
		listeners(services);
	}

	private void listeners(int services) throws Exception {
		AtomicInteger heard = new AtomicInteger();
		for (int i = 0; i < services; i++) {
			this.naming.subscribe(WholeProcess.service(i), (event) -> {
				if (event instanceof NamingEvent) {
					heard.incrementAndGet();
				}
			});
		}
		System.out.printf("ours: %d services subscribed while on, %d events%n", services, heard.get());
		for (int flip = 0; flip < 4; flip++) {
			Thread.sleep(3000);
			heard.set(0);
			boolean on = flip % 2 == 1;
			long start = System.nanoTime();
			Thread post = new Thread(() -> post(on));
			post.start();
			while (heard.get() < services && System.nanoTime() - start < 60_000_000_000L) {
				Thread.sleep(1);
			}
			System.out.printf("ours: flip %s: %d listeners notified after %.1f ms%n", on ? "on" : "off", heard.get(),
					(System.nanoTime() - start) / 1e6);
			post.join();
		}
	}

	private void post(boolean on) {
		send(HttpRequest.newBuilder(this.endpoint)
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"enabled\": %s, \"force\": true}".formatted(on)))
			.build());
	}

	private void get() {
		send(HttpRequest.newBuilder(this.endpoint).build());
	}

	private void send(HttpRequest request) {
		try {
			HttpResponse<String> response = this.http.send(request, HttpResponse.BodyHandlers.ofString());
			if (response.statusCode() != 200) {
				throw new IllegalStateException(response.body());
			}
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** The application. */
	@SpringBootConfiguration
	@EnableAutoConfiguration
	public static class Application {

	}

}
