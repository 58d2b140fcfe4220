package io.github.nacosfailover.bridge;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import com.alibaba.nacos.api.naming.NamingService;
import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.autoconfigure.NacosFailoverAutoConfiguration;
import io.github.nacosfailover.client.DecoratedNamingService;
import io.github.nacosfailover.report.FailoverStatus;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.testsupport.Contexts;
import io.github.nacosfailover.testsupport.OfflineClients;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * An application in a class loader of its own, which a test can only reach by interfaces
 * of the JDK: it takes orders and answers with text.
 */
public final class SharedClientApplication implements UnaryOperator<String> {

	private static final String SERVICE = "orders";

	private ConfigurableApplicationContext context;

	private NamingService undecorated;

	private Path home;

	@Override
	public String apply(String order) {
		String[] words = order.split(" ");
		return switch (words[0]) {
			case "start" -> start(Path.of(words[1]));
			case "ask" -> ask(this.context.getBean(NamingService.class));
			case "ask-undecorated" -> ask(undecorated());
			case "on" -> status(failover().switchFailover(SwitchRequest.on("test").forced()));
			case "off" -> status(failover().switchFailover(SwitchRequest.off("test").forced()));
			case "problems" -> failover().status()
				.namespaces()
				.values()
				.stream()
				.flatMap((namespace) -> namespace.problems().stream())
				.map(Object::toString)
				.collect(Collectors.joining("\n"));
			case "close" -> close();
			default -> throw new IllegalArgumentException(order);
		};
	}

	private String start(Path home) {
		this.home = home;
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.run("--test.home=" + home, "--spring.main.banner-mode=off", "--nacos.failover.snapshot.enabled=false");
		return String.valueOf(this.context.getBean(NamingService.class) instanceof DecoratedNamingService);
	}

	private NamingService undecorated() {
		if (this.undecorated == null) {
			this.undecorated = OfflineClients.create(this.home);
		}
		return this.undecorated;
	}

	private static String ask(NamingService naming) {
		return Contexts.addresses(naming, SERVICE).toString();
	}

	private NacosFailover failover() {
		return this.context.getBean(NacosFailover.class);
	}

	private static String status(FailoverStatus status) {
		return String.valueOf(status.enabled());
	}

	private String close() {
		if (this.undecorated != null) {
			OfflineClients.shutDown(this.undecorated);
		}
		this.context.close();
		return "closed";
	}

	/** The application. */
	@SpringBootConfiguration(proxyBeanMethods = false)
	@ImportAutoConfiguration(NacosFailoverAutoConfiguration.class)
	static class Application {

		@Bean(destroyMethod = "shutDown")
		NamingService naming(Environment environment) {
			return OfflineClients.create(Path.of(environment.getRequiredProperty("test.home")));
		}

	}

}
