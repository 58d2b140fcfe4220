package io.github.nacosfailover.compatibility;

import com.alibaba.nacos.api.naming.NamingService;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A client that came and went before the application started.
 */
class ShutDownClientTests {

	@Test
	void leavesNoNamespaceBehind() throws Exception {
		String namespace = Nacos.uniqueName("gone");
		NamingService client = Nacos.client(Nacos.serverAddr(), namespace);
		await().until(() -> client.getServerStatus().equals("UP"));
		client.shutDown();
		try (App app = App.start(App.EXPOSED)) {
			assertThat(app.status().path("namespaces").has(namespace)).isFalse();
		}
	}

}
