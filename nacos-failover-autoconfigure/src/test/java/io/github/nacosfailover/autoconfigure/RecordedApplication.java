package io.github.nacosfailover.autoconfigure;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.testsupport.FailoverFiles;
import io.github.nacosfailover.testsupport.OfflineClients;

import org.springframework.aot.agent.RecordedInvocation;
import org.springframework.aot.agent.RecordedInvocationsPublisher;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * An application that does its work under the agent that records reflection, and prints
 * what has no hint.
 */
public final class RecordedApplication {

	private static final String OURS = "io.github.nacosfailover.";

	private RecordedApplication() {
	}

	/**
	 * Does the work.
	 * @param arguments the home of the clients
	 * @throws Exception if there is no answer
	 */
	public static void main(String[] arguments) throws Exception {
		Path home = Path.of(arguments[0]);
		System.setProperty("user.home", home.toString());
		OfflineClients.files(home).service("orders", "10.9.9.9:80");
		String[] properties = { "server.port=0", "management.endpoints.web.exposure.include=*",
				"spring.autoconfigure.exclude=org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration",
				"test.home=" + home, "nacos.failover.snapshot.interval=1s", "spring.main.banner-mode=off" };
		RuntimeHints hints = NativeHintsTests.process(new Class<?>[] { Application.class }, properties);
		Queue<RecordedInvocation> recorded = new ConcurrentLinkedQueue<>();
		RecordedInvocationsPublisher.addListener(recorded::add);
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.properties(properties)
			.run()) {
			work(context);
		}
		List<RecordedInvocation> ours = recorded.stream().filter(RecordedApplication::isOurs).toList();
		System.out.println("recorded " + ours.size());
		ours.stream()
			.filter((invocation) -> !invocation.matches(hints))
			.map((invocation) -> "missing " + invocation.toString().replaceAll("\\s+", " "))
			.distinct()
			.forEach(System.out::println);
		System.exit(0);
	}

	private static void work(ConfigurableApplicationContext context) throws Exception {
		NamingService naming = context.getBean(NamingService.class);
		String actuator = "http://127.0.0.1:%s/actuator/nacosfailover"
			.formatted(context.getEnvironment().getProperty("local.server.port"));
		send(200, actuator, "{\"enabled\": true, \"force\": true}");
		System.out.println("served " + address(naming));
		for (String path : List.of("", "/orders", "/preflight", "/history", "/detector")) {
			send(200, actuator + path, null);
		}
		send(409, actuator, "{\"enabled\": false}");
		send(409, actuator + "snapshots", "{}");
		send(200, actuator + "snapshots", null);
		send(200, actuator, "{\"enabled\": false, \"force\": true}");
		System.out.println("live " + address(naming));
	}

	private static String address(NamingService naming) {
		try {
			List<Instance> instances = naming.getAllInstances("orders");
			return instances.isEmpty() ? "none" : instances.get(0).getIp();
		}
		catch (NacosException ex) {
			return "none";
		}
	}

	private static void send(int expected, String uri, String body) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri));
		if (body != null) {
			request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
		}
		HttpResponse<String> response = HttpClient.newHttpClient()
			.send(request.build(), HttpResponse.BodyHandlers.ofString());
		if (response.statusCode() != expected) {
			throw new IllegalStateException(uri + " answers " + response.statusCode() + " " + response.body());
		}
	}

	/** Whether our code calls reflection, or JSON is made of a type of ours. */
	private static boolean isOurs(RecordedInvocation invocation) {
		String caller = invocation.getStackFrames().findFirst().map(StackWalker.StackFrame::getClassName).orElse("");
		if (caller.endsWith("MockedBeans") || caller.startsWith(RecordedApplication.class.getName())) {
			// There is no Mockito in an application.
			return false;
		}
		return caller.startsWith(OURS) || (!invocation.isStatic()
				&& invocation.<Object>getInstance() instanceof Class<?> type && type.getName().startsWith(OURS));
	}

	/** The application. */
	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

		@Bean(destroyMethod = "shutDown")
		NamingService naming(Environment environment) {
			return OfflineClients.create(Path.of(environment.getRequiredProperty("test.home")));
		}

	}

}
