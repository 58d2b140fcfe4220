package io.github.nacosfailover.samples.quickstart;

import java.nio.file.Path;
import java.util.List;

import io.github.nacosfailover.nacosserver.NacosServer;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Starts a Nacos server, a provider and a consumer, then shows the prompt, or walks
 * through all of it with {@code --tour}.
 * <p>
 * Arguments: {@code --tour}; {@code --nacos-port=<port>} and {@code --server.port=<port>}
 * for other than free ports; any other is a property of the consumer.
 */
public final class Quickstart {

	private static final int INSTANCES = 4;

	private Quickstart() {
	}

	public static void main(String[] args) {
		if (Boolean.getBoolean("quickstart.exit-with-parent")) {
			ProcessHandle.current().parent().ifPresent((parent) -> parent.onExit().thenRun(() -> System.exit(1)));
		}
		System.exit(run(args));
	}

	private static int run(String[] args) {
		ApplicationArguments arguments = new DefaultApplicationArguments(args);
		boolean tour = arguments.containsOption("tour");
		System.out.println("Starting a Nacos server, a provider and a consumer ...");
		try (NacosServer nacos = startNacos(arguments);
				WorkDirectory directory = new WorkDirectory();
				OrdersProvider provider = new OrdersProvider()) {
			keepNacosClientWithin(directory.path());
			for (int i = 0; i < INSTANCES; i++) {
				provider.addInstance();
			}
			Path failoverDirectory = directory.path().resolve("failover");
			try (ConfigurableApplicationContext consumer = startConsumer(nacos, provider, failoverDirectory, args)) {
				return use(consumer, provider, nacos, tour);
			}
		}
		catch (Exception ex) {
			System.err.println("The quickstart could not start: " + ex);
			return 1;
		}
	}

	private static int use(ConfigurableApplicationContext consumer, OrdersProvider provider, NacosServer nacos,
			boolean tour) throws Exception {
		provider.register(nacos.serverAddr());
		try {
			ConsumerClient client = new ConsumerClient(
					"http://127.0.0.1:" + consumer.getEnvironment().getRequiredProperty("local.server.port"));
			if (tour) {
				return new Tour(client, nacos.serverAddr()).run();
			}
			// An argument may have named another.
			Path failoverDirectory = Path.of(consumer.getEnvironment().getRequiredProperty("nacos.failover.disk.path"));
			new Prompt(client, nacos, failoverDirectory).run();
			return 0;
		}
		finally {
			// Before the consumer: with it, the logging system ends.
			provider.leave();
		}
	}

	private static NacosServer startNacos(ApplicationArguments arguments) {
		NacosServer.Builder builder = NacosServer.builder();
		List<String> port = arguments.getOptionValues("nacos-port");
		if (port != null && !port.isEmpty()) {
			builder.port(Integer.parseInt(port.get(0)));
		}
		return builder.start();
	}

	/** By default the client writes its cache and its logs into the user's home. */
	private static void keepNacosClientWithin(Path directory) {
		System.setProperty("JM.SNAPSHOT.PATH", directory.toString());
		System.setProperty("JM.LOG.PATH", directory.resolve("logs").toString());
		System.setProperty("nacos.logging.default.config.enabled", "false");
	}

	private static ConfigurableApplicationContext startConsumer(NacosServer nacos, OrdersProvider provider,
			Path failoverDirectory, String[] args) {
		return new SpringApplicationBuilder(Consumer.class)
			.properties("quickstart.nacos=" + nacos.serverAddr(), "quickstart.failover-directory=" + failoverDirectory)
			.initializers((context) -> context.getBeanFactory().registerSingleton("nacosServer", nacos))
			.initializers((context) -> context.getBeanFactory().registerSingleton("ordersProvider", provider))
			.logStartupInfo(false)
			.run(args);
	}

}
