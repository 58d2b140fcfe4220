package io.github.nacosfailover.bridge;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

import com.alibaba.nacos.api.NacosFactory;
import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import com.alibaba.nacos.api.naming.pojo.ServiceInfo;
import com.alibaba.nacos.client.naming.backups.FailoverData;
import com.alibaba.nacos.client.naming.backups.FailoverDataSource;
import com.alibaba.nacos.client.naming.backups.FailoverSwitch;
import com.alibaba.nacos.client.naming.backups.NamingFailoverData;
import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.testsupport.Contexts;
import io.github.nacosfailover.testsupport.OfflineClients;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * An application that creates a client before Spring starts, run in a JVM of its own. It
 * prints the sources, and what the client answers for services that several of them have.
 */
final class EarlyApplication {

	private static final List<String> SERVICES = List.of("in-bean", "in-foreign", "in-file");

	private static final String NONE = "none";

	private EarlyApplication() {
	}

	public static void main(String[] args) throws Exception {
		Path home = Path.of(args[0]);
		NamingService early = create(home);
		if (args[1].equals("stock")) {
			print("early", early, false);
			System.exit(0);
		}
		Class<?> application = args[1].equals("bean") ? WithBean.class : Contexts.Application.class;
		try (ConfigurableApplicationContext context = Contexts.run(application, "logging.level.root=error",
				"nacos.failover.enabled=" + !args[1].equals("disabled"))) {
			NacosFailover failover = context.getBeanProvider(NacosFailover.class).getIfAvailable();
			if (failover != null) {
				NamingService decorated = failover.decorate(create(home));
				var status = failover.status().namespaces().get("public");
				System.out.println("sources=" + status.sources().stream().map((source) -> source.name()).toList());
				System.out.println("problems=" + status.problems().stream().map(Object::toString).toList());
				print("decorated", decorated, true);
				awaitSameAnswers(early, decorated);
			}
			print("early", early, failover != null);
		}
		System.exit(0);
	}

	private static NamingService create(Path home) throws NacosException {
		Properties properties = OfflineClients.properties(home);
		return NacosFactory.createNamingService(properties);
	}

	/** The reactor of a client that is older than the context makes its pause of 5 s. */
	private static void awaitSameAnswers(NamingService client, NamingService other) throws InterruptedException {
		await(() -> SERVICES.stream().allMatch((service) -> answer(client, service).equals(answer(other, service))));
	}

	/**
	 * All that a client has of one source it has at once; several answer for all
	 * services.
	 */
	private static void print(String name, NamingService client, boolean severalSources) throws InterruptedException {
		Predicate<String> answered = (service) -> !answer(client, service).equals(NONE);
		await(() -> severalSources ? SERVICES.stream().allMatch(answered) : SERVICES.stream().anyMatch(answered));
		SERVICES.forEach((service) -> System.out.println(name + "." + service + "=" + answer(client, service)));
	}

	private static void await(BooleanSupplier condition) throws InterruptedException {
		long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
		while (!condition.getAsBoolean() && System.nanoTime() < end) {
			Thread.sleep(20);
		}
	}

	private static String answer(NamingService client, String service) {
		try {
			return client.getAllInstances(service).stream().map(Instance::getIp).findFirst().orElse(NONE);
		}
		catch (NacosException ex) {
			return NONE;
		}
	}

	/** A source in memory. */
	abstract static class MemorySource implements FailoverDataSource {

		private final String ip;

		private final List<String> services;

		MemorySource(String ip, String... services) {
			this.ip = ip;
			this.services = List.of(services);
		}

		@Override
		public FailoverSwitch getSwitch() {
			return new FailoverSwitch(true);
		}

		@Override
		public Map<String, FailoverData> getFailoverData() {
			Map<String, FailoverData> data = new HashMap<>();
			for (String service : this.services) {
				ServiceInfo info = new ServiceInfo("DEFAULT_GROUP@@" + service);
				Instance instance = new Instance();
				instance.setIp(this.ip);
				instance.setPort(80);
				info.setHosts(List.of(instance));
				data.put("DEFAULT_GROUP@@" + service, NamingFailoverData.newNamingFailoverData(info));
			}
			return data;
		}

	}

	/** A provider of somebody else. */
	public static final class Foreign extends MemorySource {

		public Foreign() {
			super("10.2.2.2", "in-bean", "in-foreign");
		}

	}

	/** A provider of somebody else that does not work. */
	public static final class Broken extends MemorySource {

		public Broken() {
			super("10.3.3.3", "in-file");
			throw new IllegalStateException("broken on purpose");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Contexts.Application.class)
	static class WithBean {

		@Bean
		FailoverDataSource beanSource() {
			return new MemorySource("10.1.1.1", "in-bean") {
			};
		}

	}

}
