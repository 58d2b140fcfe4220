package io.github.nacosfailover.compatibility;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import com.alibaba.nacos.api.naming.NamingService;
import io.github.nacosfailover.NacosFailover;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application that has the starter but has turned it off.
 */
class DisabledTests {

	private static final String DISABLED = "--nacos.failover.enabled=false";

	@TempDir
	Path home;

	@Test
	void hasNoBeansAndNoEndpoint() {
		try (App app = App.start(App.EXPOSED, DISABLED, App.serverAddr(Nacos.serverAddr()))) {
			assertThat(app.context().getBeanProvider(NacosFailover.class).stream()).isEmpty();
			assertThat(app.context().getBeanProvider(NamingService.class).stream()).isEmpty();
			assertThat(Arrays.stream(app.context().getBeanDefinitionNames())
				.map((name) -> app.context().getType(name, false))
				.filter((type) -> type != null && type.getName().startsWith("io.github.nacosfailover.")
						&& !type.getName().startsWith(DisabledTests.class.getPackageName())))
				.isEmpty();
			assertThat(app.get("").status()).isEqualTo(404);
		}
	}

	@Test
	void leavesTheClientToItsOwnDirectory() throws Exception {
		FailoverDirectory notOurs = new FailoverDirectory(this.home.resolve("failover"));
		String service = Nacos.uniqueName("stock");
		String namespace = Nacos.uniqueName("stock");
		notOurs.backup(service, "10.9.0.9:80");
		notOurs.writeSwitch("1");
		FailoverDirectory own = new FailoverDirectory(
				Path.of(System.getProperty("JM.SNAPSHOT.PATH"), "nacos", "naming", namespace, "failover"));
		own.write(FailoverDirectory.fileName(service), onOneLine(FailoverDirectory.json(service, "", "10.9.0.1:80")));
		try (App app = App.start(App.EXPOSED, DISABLED, notOurs.property())) {
			assertThat(app.context().isRunning()).isTrue();
			NamingService client = Nacos.client(Nacos.serverAddr(), namespace);
			try {
				Nacos.register(client, service, "10.0.0.1:80");
				await().until(() -> Nacos.query(client, service).equals(List.of("10.0.0.1:80")));
				own.writeSwitch("1");
				await().until(() -> Nacos.query(client, service).equals(List.of("10.9.0.1:80")));
				own.writeSwitch("0");
				await().until(() -> Nacos.query(client, service).equals(List.of("10.0.0.1:80")));
			}
			finally {
				client.shutDown();
			}
		}
	}

	/** The stock client reads nothing else. */
	private static String onOneLine(String json) {
		return json.replaceAll("\\s*\\R\\s*", "");
	}

}
