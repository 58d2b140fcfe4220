package io.github.nacosfailover.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.listener.EventListener;
import com.alibaba.nacos.api.naming.listener.NamingEvent;
import com.alibaba.nacos.api.naming.pojo.Instance;
import com.alibaba.nacos.api.naming.pojo.ListView;
import com.alibaba.nacos.client.naming.listener.NamingChangeEvent;
import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.nacosserver.NacosServer;
import io.github.nacosfailover.report.FailoverStatus.ServiceStatus;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.testsupport.Contexts;
import io.github.nacosfailover.testsupport.FailoverFiles;
import io.github.nacosfailover.testsupport.SharedNacos;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

import static io.github.nacosfailover.testsupport.Contexts.addresses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The naming client of a context, as the application's code uses it.
 */
class NamingServiceDecoratorTests {

	private final String service = "decorated-" + UUID.randomUUID();

	private ConfigurableApplicationContext context;

	private NamingService naming;

	private NacosFailover failover;

	private NamingService provider;

	private FailoverFiles files;

	@TempDir
	Path home;

	@BeforeEach
	void run() throws Exception {
		this.files = new FailoverFiles(this.home.resolve("failover"));
		this.provider = SharedNacos.client();
		this.context = Contexts.run("nacos.failover.disk.path=" + this.files.directory(),
				"nacos.failover.client.server-addr=" + SharedNacos.server().serverAddr());
		this.naming = this.context.getBean(NamingService.class);
		this.failover = this.context.getBean(NacosFailover.class);
	}

	@AfterEach
	void close() throws Exception {
		this.context.close();
		this.provider.shutDown();
	}

	@Test
	void answersBelongToTheCaller() throws Exception {
		backup("10.9.9.1:80", "10.9.9.2:80");
		this.failover.switchFailover(SwitchRequest.on("test"));
		List<Instance> mine = this.naming.getAllInstances(this.service);
		mine.get(0).setIp("changed");
		mine.get(0).getMetadata().put("changed", "true");
		mine.get(1).addMetadata("changed", "true");
		mine.remove(1);
		mine.clear();
		List<Instance> others = this.naming.getAllInstances(this.service);
		assertThat(others).extracting(Instance::toInetAddr).containsExactly("10.9.9.1:80", "10.9.9.2:80");
		assertThat(others).extracting(Instance::getMetadata).allMatch((metadata) -> metadata.size() == 1);
	}

	@Test
	void clusterQueriesAreAnsweredFromTheirClusters() throws Exception {
		this.files.write("DEFAULT_GROUP%40%40" + this.service, """
				{"name": "%s", "groupName": "DEFAULT_GROUP", "hosts": [
				  {"ip": "10.9.9.1", "port": 80, "clusterName": "A"},
				  {"ip": "10.9.9.2", "port": 80, "clusterName": "B", "healthy": false},
				  {"ip": "10.9.9.3", "port": 80, "clusterName": "B"}]}""".formatted(this.service));
		awaitBackup(3);
		this.failover.switchFailover(SwitchRequest.on("test"));
		assertThat(this.naming.getAllInstances(this.service, List.of("A"))).hasSize(1);
		assertThat(this.naming.getAllInstances(this.service)).hasSize(3);
		assertThat(this.naming.selectInstances(this.service, List.of("B"), false)).hasSize(1);
		assertThat(this.naming.selectOneHealthyInstance(this.service, List.of("B")).getIp()).isEqualTo("10.9.9.3");
		Set<String> chosen = new HashSet<>();
		await().until(() -> chosen.add(this.naming.selectOneHealthyInstance(this.service).getIp())
				|| chosen.equals(Set.of("10.9.9.1", "10.9.9.3")));
	}

	@Test
	void countsWhatIsServedFromWhere() throws Exception {
		this.provider.registerInstance(this.service, "10.0.0.1", 8080);
		backup("10.9.9.1:80");
		await().until(() -> addresses(this.naming, this.service).equals(List.of("10.0.0.1:8080")));
		assertThat(status().servedFrom()).isEqualTo("live");
		this.failover.switchFailover(SwitchRequest.on("test"));
		addresses(this.naming, this.service);
		addresses(this.naming, this.service);
		assertThat(status().servedFrom()).isEqualTo("failover");
		assertThat(status().served()).isEqualTo(2);
		assertThat(status().servedLive()).isPositive();
		assertThat(status().lastServed()).isNotNull();
	}

	@Test
	void serviceWithoutBackupTakesTheNormalPath() throws Exception {
		this.provider.registerInstance(this.service, "10.0.0.1", 8080);
		this.files.on();
		await().until(() -> this.failover.status().enabled());
		await().until(() -> addresses(this.naming, this.service).equals(List.of("10.0.0.1:8080")));
	}

	@Test
	void subscribersHearEveryDifferenceOnceEachWay() throws Exception {
		this.provider.registerInstance(this.service, "10.0.0.1", 8080);
		List<String> heard = subscribe();
		await().until(() -> heard.equals(List.of("=[10.0.0.1:8080] +[10.0.0.1:8080] -[]")));
		backup("10.9.9.1:80");
		this.failover.switchFailover(SwitchRequest.on("test"));
		await().until(() -> heard.size() == 2);
		assertThat(heard.get(1)).isEqualTo("=[10.9.9.1:80] +[10.9.9.1:80] -[10.0.0.1:8080]");
		this.provider.registerInstance(this.service, "10.0.0.2", 8080);
		await().until(() -> this.failover.compare(this.service, null).live().get(0).ip().equals("10.0.0.2"));
		assertThat(heard).hasSize(2);
		this.failover.switchFailover(SwitchRequest.off("test").forced());
		await().until(() -> heard.size() == 3);
		assertThat(heard.get(2)).isEqualTo("=[10.0.0.2:8080] +[10.0.0.2:8080] -[10.9.9.1:80]");
	}

	@Test
	void subscribersHearOfAServiceThatTheServerNoLongerHas() throws Exception {
		this.provider.registerInstance(this.service, "10.0.0.1", 8080);
		List<String> heard = subscribe();
		await().until(() -> heard.size() == 1);
		backup("10.0.0.1:8080");
		this.failover.switchFailover(SwitchRequest.on("test"));
		await().until(() -> heard.size() == 2);
		this.provider.deregisterInstance(this.service, "10.0.0.1", 8080);
		await().until(() -> this.failover.compare(this.service, null).live().isEmpty());
		this.failover.switchFailover(SwitchRequest.off("test").forced());
		await().until(() -> heard.size() == 3);
		assertThat(heard.get(2)).isEqualTo("=[] +[] -[10.0.0.1:8080]");
	}

	@Test
	void subscribesWithoutAServerAndForRealWhenItReturns() throws Exception {
		backup("10.9.9.1:80");
		this.failover.switchFailover(SwitchRequest.on("test"));
		NacosServer server = SharedNacos.server();
		server.kill();
		await().until(() -> this.naming.getServerStatus().equals("DOWN"));
		List<String> heard = new CopyOnWriteArrayList<>();
		EventListener listener = recorder(heard);
		this.naming.subscribe(this.service, listener);
		await().until(() -> heard.equals(List.of("=[10.9.9.1:80] +[10.9.9.1:80] -[]")));
		assertThatExceptionOfType(NacosException.class)
			.isThrownBy(() -> this.naming.subscribe("unknown-" + this.service, (event) -> {
			}));
		ListView<String> services = this.naming.getServicesOfServer(1, 10);
		assertThat(services.getCount()).isEqualTo(1);
		assertThat(services.getData()).containsExactly(this.service);
		server.restart();
		await().until(() -> this.naming.getServerStatus().equals("UP"));
		await().ignoreExceptions().until(() -> {
			this.provider.registerInstance(this.service, "10.0.0.7", 8080);
			return true;
		});
		await().until(() -> this.failover.compare(this.service, null).live().size() == 1);
		assertThat(heard).hasSize(1);
		this.failover.switchFailover(SwitchRequest.off("test").forced());
		await().until(() -> heard.size() == 2);
		assertThat(heard.get(1)).isEqualTo("=[10.0.0.7:8080] +[10.0.0.7:8080] -[10.9.9.1:80]");
		this.provider.registerInstance(this.service, "10.0.0.8", 8080);
		await().until(() -> heard.size() == 3);
		this.naming.unsubscribe(this.service, listener);
		this.provider.registerInstance(this.service, "10.0.0.9", 8080);
		await().until(() -> addresses(this.naming, this.service).equals(List.of("10.0.0.9:8080")));
		assertThat(heard).hasSize(3);
	}

	@Test
	void serviceListsJoinBackupsAndServer() throws Exception {
		String live = "live-" + this.service;
		this.provider.registerInstance(live, "10.0.0.1", 8080);
		backup("10.9.9.1:80");
		this.failover.switchFailover(SwitchRequest.on("test"));
		await().until(() -> this.naming.getServicesOfServer(1, Integer.MAX_VALUE)
			.getData()
			.containsAll(List.of(live, this.service)));
		ListView<String> all = this.naming.getServicesOfServer(1, Integer.MAX_VALUE);
		List<String> paged = new ArrayList<>();
		for (int page = 1; page <= all.getCount(); page++) {
			ListView<String> one = this.naming.getServicesOfServer(page, 1);
			assertThat(one.getCount()).isEqualTo(all.getCount());
			paged.addAll(one.getData());
		}
		assertThat(paged).isEqualTo(all.getData());
		assertThat(this.naming.getServicesOfServer(1, 10, "OTHER_GROUP").getData()).doesNotContain(this.service);
	}

	@Test
	void decoratesAClientMadeByHandOnce() throws Exception {
		NamingService decorated = this.failover.decorate(this.provider);
		assertThat(decorated).isInstanceOf(DecoratedNamingService.class);
		assertThat(this.failover.decorate(this.provider)).isSameAs(decorated);
		assertThat(this.failover.decorate(decorated)).isSameAs(decorated);
	}

	private ServiceStatus status() {
		return this.failover.status().namespaces().get("public").services().get("DEFAULT_GROUP@@" + this.service);
	}

	private void backup(String... addresses) {
		this.files.service(this.service, addresses);
		awaitBackup(addresses.length);
	}

	private void awaitBackup(int instances) {
		await().until(() -> status() != null && status().instances() == instances);
	}

	private List<String> subscribe() throws Exception {
		List<String> heard = new CopyOnWriteArrayList<>();
		this.naming.subscribe(this.service, recorder(heard));
		return heard;
	}

	private static EventListener recorder(List<String> heard) {
		return (event) -> {
			NamingChangeEvent change = (NamingChangeEvent) event;
			heard.add("=%s +%s -%s".formatted(names(((NamingEvent) event).getInstances()),
					names(change.getAddedInstances()), names(change.getRemovedInstances())));
		};
	}

	private static List<String> names(List<Instance> instances) {
		return (instances != null) ? instances.stream().map(Instance::toInetAddr).sorted().toList() : List.of();
	}

}
