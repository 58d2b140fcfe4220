package io.github.nacosfailover.guard;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.StreamSupport;

import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.nacosserver.NacosServer;
import io.github.nacosfailover.testsupport.EndpointClient;
import io.github.nacosfailover.testsupport.FailoverFiles;
import io.github.nacosfailover.testsupport.SharedNacos;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;

/**
 * An application with a failover directory and a real server, switched over HTTP.
 */
public abstract class SwitchTestBase {

	protected final NacosServer server = SharedNacos.server();

	protected final String orders = "orders-" + UUID.randomUUID();

	protected final String payments = "payments-" + UUID.randomUUID();

	protected final List<NamingService> providers = new ArrayList<>();

	@TempDir
	Path home;

	protected FailoverFiles files;

	protected ConfigurableApplicationContext context;

	protected EndpointClient endpoint;

	protected NamingService naming;

	@BeforeEach
	void start() {
		this.files = new FailoverFiles(this.home.resolve("failover"));
		run();
	}

	@AfterEach
	void stop() throws Exception {
		this.context.close();
		for (NamingService provider : this.providers) {
			provider.shutDown();
		}
	}

	protected void run(String... properties) {
		this.context = new SpringApplicationBuilder(application())
			.properties("server.port=0", "management.endpoints.web.exposure.include=nacosfailover",
					"nacos.failover.disk.path=" + this.files.directory(),
					"nacos.failover.client.server-addr=" + this.server.serverAddr(), "spring.main.banner-mode=off")
			.properties(properties)
			.run();
		this.endpoint = new EndpointClient(this.context);
		this.naming = this.context.getBean(NamingService.class);
	}

	/** The application to run. */
	protected Class<?> application() {
		return Application.class;
	}

	protected void restart(String... properties) {
		this.context.close();
		run(properties);
	}

	protected NamingService register(String service, String... ips) throws Exception {
		NamingService provider = SharedNacos.client();
		this.providers.add(provider);
		List<Instance> instances = new ArrayList<>();
		for (String ip : ips) {
			Instance instance = new Instance();
			instance.setIp(ip);
			instance.setPort(80);
			instances.add(instance);
		}
		provider.batchRegisterInstance(service, "DEFAULT_GROUP", instances);
		return provider;
	}

	protected int backedUp(String service) throws Exception {
		return this.endpoint.status()
			.at("/namespaces/public/services/DEFAULT_GROUP@@" + service + "/instances")
			.asInt();
	}

	protected int liveHealthy(String service) {
		return this.endpoint.get("/nacosfailover/preflight", 200)
			.at("/namespaces/public/services/DEFAULT_GROUP@@" + service + "/liveHealthy")
			.asInt();
	}

	protected JsonNode preflight(String query) {
		return this.endpoint.get("/nacosfailover/preflight" + query, 200).at("/namespaces/public");
	}

	protected List<String> history(String field) {
		return StreamSupport
			.stream(this.endpoint.get("/nacosfailover/history", 200).at("/history").spliterator(), false)
			.map((change) -> change.at("/" + field).asText())
			.toList();
	}

	protected static List<String> texts(JsonNode array) {
		return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	public static class Application {

		@Bean
		Events events() {
			return new Events();
		}

	}

	public static class Events {

		final List<SwitchChangedEvent> changes = new CopyOnWriteArrayList<>();

		final List<AuditApplicationEvent> audited = new CopyOnWriteArrayList<>();

		@EventListener
		void changed(SwitchChangedEvent change) {
			this.changes.add(change);
		}

		@EventListener
		void audited(AuditApplicationEvent event) {
			this.audited.add(event);
		}

	}

}
