package io.github.nacosfailover.bridge;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.alibaba.nacos.api.NacosFactory;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.listener.NamingEvent;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.client.DecoratedNamingService;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.testsupport.Contexts;
import io.github.nacosfailover.testsupport.FailoverFiles;
import io.github.nacosfailover.testsupport.SharedNacos;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

import static io.github.nacosfailover.testsupport.Contexts.addresses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that nobody decorates: what {@code NacosFactory} hands out to user code.
 */
class ClientBridgeTests {

	private final String service = "bridged-" + UUID.randomUUID();

	private final List<NamingService> clients = new ArrayList<>();

	@TempDir
	Path home;

	@AfterEach
	void shutDownClients() throws Exception {
		for (NamingService client : this.clients) {
			client.shutDown();
		}
	}

	@Test
	void clientCreatedBeforeTheContextIsBridged() throws Exception {
		FailoverFiles files = files("public").service(this.service, "10.9.9.1:80");
		NamingService client = client("public");
		assertThat(addresses(client, this.service)).isEmpty();
		try (ConfigurableApplicationContext context = Contexts.run()) {
			NacosFailover failover = context.getBean(NacosFailover.class);
			await().until(() -> failover.status().namespaces().containsKey("public"));
			failover.switchFailover(SwitchRequest.on("test"));
			assertThat(addresses(client, this.service)).containsExactly("10.9.9.1:80");
		}
		// The context is gone: the client follows the switch file as the stock client
		// does.
		files.off();
		await().until(() -> addresses(client, this.service).isEmpty());
		files.write("DEFAULT_GROUP%40%40" + this.service,
				FailoverFiles.json(this.service, "10.9.9.4:80").replace("\n", ""));
		files.on();
		await().until(() -> addresses(client, this.service).equals(List.of("10.9.9.4:80")));
	}

	@Test
	void flipsReachQueriesOfAnUndecoratedClientBeforeTheCallReturns() throws Exception {
		files("public").service(this.service, "10.9.9.1:80", "10.9.9.2:80");
		try (ConfigurableApplicationContext context = Contexts.run()) {
			NamingService client = client("public");
			assertThat(client).isNotInstanceOf(DecoratedNamingService.class);
			client.registerInstance(this.service, "10.0.0.1", 8080);
			await().until(() -> addresses(client, this.service).equals(List.of("10.0.0.1:8080")));
			NacosFailover failover = context.getBean(NacosFailover.class);
			for (int i = 0; i < 5; i++) {
				failover.switchFailover(SwitchRequest.on("test"));
				assertThat(addresses(client, this.service)).containsExactly("10.9.9.1:80", "10.9.9.2:80");
				failover.switchFailover(SwitchRequest.off("test").forced());
				assertThat(addresses(client, this.service)).containsExactly("10.0.0.1:8080");
			}
		}
	}

	@Test
	void switchFileReachesQueriesOfAnUndecoratedClient() throws Exception {
		FailoverFiles files = files("public").service(this.service, "10.9.9.1:80");
		try (ConfigurableApplicationContext context = Contexts.run()) {
			NamingService client = client("public");
			files.on();
			await().until(() -> addresses(client, this.service).equals(List.of("10.9.9.1:80")));
			files.service(this.service, "10.9.9.3:80");
			await().until(() -> addresses(client, this.service).equals(List.of("10.9.9.3:80")));
			files.off();
			await().until(() -> addresses(client, this.service).isEmpty());
		}
	}

	@Test
	void subscribersHearOfOnAndOff() throws Exception {
		files("public").service(this.service, "10.9.9.1:80");
		try (ConfigurableApplicationContext context = Contexts.run()) {
			NamingService client = client("public");
			client.registerInstance(this.service, "10.0.0.1", 8080);
			List<List<String>> heard = new CopyOnWriteArrayList<>();
			client.subscribe(this.service, (event) -> heard
				.add(((NamingEvent) event).getInstances().stream().map(Instance::toInetAddr).toList()));
			await().until(() -> heard.contains(List.of("10.0.0.1:8080")));
			NacosFailover failover = context.getBean(NacosFailover.class);
			failover.switchFailover(SwitchRequest.on("test"));
			await().until(() -> heard.get(heard.size() - 1).equals(List.of("10.9.9.1:80")));
			failover.switchFailover(SwitchRequest.off("test").forced());
			await().until(() -> heard.get(heard.size() - 1).equals(List.of("10.0.0.1:8080")));
		}
	}

	@Test
	void clusterQueriesDoNotChangeWhatOthersSee() throws Exception {
		files("public").write("DEFAULT_GROUP%40%40" + this.service, """
				{"name": "%s", "groupName": "DEFAULT_GROUP", "hosts": [
				  {"ip": "10.9.9.1", "port": 80, "clusterName": "A"},
				  {"ip": "10.9.9.2", "port": 80, "clusterName": "B"}]}""".formatted(this.service)).on();
		try (ConfigurableApplicationContext context = Contexts.run()) {
			NamingService client = client("public");
			await().until(() -> addresses(client, this.service).size() == 2);
			ExecutorService threads = Executors.newFixedThreadPool(4);
			List<Future<Integer>> wrong = new ArrayList<>();
			for (int t = 0; t < 4; t++) {
				wrong.add(threads.submit(() -> countWrongAnswers(client)));
			}
			for (Future<Integer> each : wrong) {
				assertThat(each.get()).isZero();
			}
			threads.shutdown();
		}
	}

	private int countWrongAnswers(NamingService client) throws Exception {
		int wrong = 0;
		for (int i = 0; i < 2000; i++) {
			wrong += (client.getAllInstances(this.service, List.of("A")).size() != 1) ? 1 : 0;
			wrong += (client.getAllInstances(this.service).size() != 2) ? 1 : 0;
			wrong += (client.selectInstances(this.service, List.of("B"), true).size() != 1) ? 1 : 0;
			wrong += (!client.selectOneHealthyInstance(this.service, List.of("B")).getIp().equals("10.9.9.2")) ? 1 : 0;
			wrong += (!client.getAllInstances(this.service, List.of("none")).isEmpty()) ? 1 : 0;
			wrong += (client.selectInstances(this.service, true).size() != 2) ? 1 : 0;
		}
		return wrong;
	}

	@Test
	void clientsOfSeveralNamespacesCreatedAtTheSameMomentUseTheirOwnDirectories() throws Exception {
		int namespaces = 8;
		for (int n = 0; n < namespaces; n++) {
			files("ns-" + n).service(this.service, "10.0.%d.1:80".formatted(n)).on();
		}
		try (ConfigurableApplicationContext context = Contexts.run()) {
			ExecutorService threads = Executors.newFixedThreadPool(namespaces);
			for (int round = 0; round < 5; round++) {
				CountDownLatch start = new CountDownLatch(1);
				List<Future<NamingService>> created = new ArrayList<>();
				for (int n = 0; n < namespaces; n++) {
					String namespace = "ns-" + n;
					created.add(threads.submit(() -> {
						start.await();
						return newClient(namespace);
					}));
				}
				start.countDown();
				for (int n = 0; n < namespaces; n++) {
					NamingService client = created.get(n).get();
					this.clients.add(client);
					// Failover was on before: the very first query is served from the
					// backup.
					assertThat(addresses(client, this.service)).containsExactly("10.0.%d.1:80".formatted(n));
				}
			}
			threads.shutdown();
			NacosFailover failover = context.getBean(NacosFailover.class);
			failover.switchFailover(SwitchRequest.off("test").forced().inNamespace("ns-3"));
			assertThat(failover.status().namespaces().get("ns-3").enabled()).isFalse();
			assertThat(failover.status().namespaces().get("ns-4").enabled()).isTrue();
			assertThat(failover.status().enabled()).isFalse();
		}
	}

	@Test
	void disabledStarterLeavesTheClientToTheStockSource() throws Exception {
		FailoverFiles files = files("public")
			.write("DEFAULT_GROUP%40%40" + this.service,
					FailoverFiles.json(this.service, "10.9.9.1:80").replace("\n", ""))
			.off();
		try (ConfigurableApplicationContext context = Contexts.run("nacos.failover.enabled=false")) {
			assertThat(context.getBeanNamesForType(NacosFailover.class)).isEmpty();
			NamingService client = client("public");
			files.on();
			await().until(() -> addresses(client, this.service).equals(List.of("10.9.9.1:80")));
		}
	}

	private FailoverFiles files(String namespace) {
		return new FailoverFiles(this.home.resolve("nacos/naming").resolve(namespace).resolve("failover"));
	}

	private NamingService client(String namespace) throws Exception {
		NamingService client = newClient(namespace);
		this.clients.add(client);
		return client;
	}

	private NamingService newClient(String namespace) throws Exception {
		Properties properties = new Properties();
		properties.setProperty("serverAddr", SharedNacos.server().serverAddr());
		properties.setProperty("namespace", namespace);
		properties.setProperty("JM.SNAPSHOT.PATH", this.home.toString());
		return NacosFactory.createNamingService(properties);
	}

}
