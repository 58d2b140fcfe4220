package io.github.nacosfailover.compatibility;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.alibaba.nacos.api.naming.NamingService;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A client that user code makes with {@code NacosFactory}, not a bean.
 */
class UndecoratedClientTests {

	private final String service = Nacos.uniqueName("by-hand");

	private final List<List<String>> heard = new CopyOnWriteArrayList<>();

	private FailoverDirectory directory;

	private App app;

	private NamingService client;

	@TempDir
	Path home;

	@BeforeEach
	void start() throws Exception {
		this.directory = new FailoverDirectory(this.home.resolve("failover"));
		this.directory.backup(this.service, "10.9.0.1:80/A", "10.9.0.2:80/B", "10.9.0.3:80/B");
		this.app = App.start(App.EXPOSED, this.directory.property());
		this.client = Nacos.client(Nacos.serverAddr(), "public");
		// Before anything else, as the client tells only of news.
		this.client.subscribe(this.service, Heard.in(this.heard));
		Nacos.register(this.client, this.service, "10.0.0.1:80/A", "10.0.0.2:80/B");
		await().until(() -> Nacos.query(this.client, this.service).size() == 2);
	}

	@AfterEach
	void stop() throws Exception {
		this.client.shutDown();
		this.app.close();
	}

	@Test
	void queriesSeeTheChangeWhenThePostHasAnswered() throws Exception {
		for (int i = 0; i < 10; i++) {
			this.app.flip(true);
			assertThat(Nacos.query(this.client, this.service)).containsExactly("10.9.0.1:80", "10.9.0.2:80",
					"10.9.0.3:80");
			assertThat(this.client.selectOneHealthyInstance(this.service).getIp()).startsWith("10.9.0.");
			this.app.flip(false);
			assertThat(Nacos.query(this.client, this.service)).containsExactly("10.0.0.1:80", "10.0.0.2:80");
		}
	}

	@Test
	void theEndpointKnowsItsServices() {
		JsonNode detail = this.app.get("/" + this.service).expect(200);
		assertThat(detail.path("backup")).hasSize(3);
		assertThat(detail.path("live")).hasSize(2);
		this.app.flip(true);
		assertThat(this.app.get("/" + this.service).expect(200)).isEqualTo(detail);
	}

	@Test
	void listenersHearOfOnAndOff() throws Exception {
		Heard.awaitLast(this.heard, "10.0.0.1:80", "10.0.0.2:80");
		this.app.flip(true);
		Heard.awaitLast(this.heard, "10.9.0.1:80", "10.9.0.2:80", "10.9.0.3:80");
		this.app.flip(false);
		Heard.awaitLast(this.heard, "10.0.0.1:80", "10.0.0.2:80");
	}

	@Test
	void queriesOfOneClusterDoNotChangeWhatOthersSee() throws Exception {
		this.app.flip(true);
		// A 2.4 client looks for the backup of a selection under a name of its own.
		boolean selectionsAreLive = System.getProperty("compatibility.nacos-client").startsWith("2.4.");
		EndpointTests.assertAnswersOfClusters(this.client, this.service,
				selectionsAreLive ? List.of("10.0.0.1:80") : List.of("10.9.0.1:80"),
				selectionsAreLive ? List.of("10.0.0.2:80") : List.of("10.9.0.2:80", "10.9.0.3:80"));
	}

	@Test
	void aClosedContextLeavesTheClientToItself() throws Exception {
		this.app.flip(true);
		this.app.close();
		await().until(() -> Nacos.query(this.client, this.service).equals(List.of("10.0.0.1:80", "10.0.0.2:80")));
	}

}
