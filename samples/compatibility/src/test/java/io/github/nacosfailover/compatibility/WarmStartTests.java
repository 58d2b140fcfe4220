package io.github.nacosfailover.compatibility;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that starts with failover on while the server is away.
 */
class WarmStartTests {

	private final String service = Nacos.uniqueName("warm");

	private FailoverDirectory directory;

	@TempDir
	Path home;

	@BeforeEach
	void switchOn() {
		this.directory = new FailoverDirectory(this.home.resolve("failover"));
		this.directory.writeSwitch("1\n");
		this.directory.backup(this.service, "10.9.0.1:80", "10.9.0.2:80");
	}

	@Test
	void theVeryFirstQueryIsServedFromTheBackup() throws Exception {
		try (App app = App.start(QueryingAtOnce.class, App.EXPOSED, App.serverAddr(unusedAddress()),
				this.directory.property(), "--warm.service=" + this.service)) {
			assertThat(app.context().getBean(FirstAnswer.class).addresses()).containsExactly("10.9.0.1:80",
					"10.9.0.2:80");
			JsonNode status = app.status();
			assertThat(status.path("enabled").booleanValue()).isTrue();
			assertThat(status.at("/namespaces/public/serverStatus").textValue()).isEqualTo("DOWN");
			assertThat(status.at("/namespaces/public/switch/by").textValue()).isEqualTo("file");
		}
	}

	@Test
	void theVeryFirstQueryOfAClientMadeByHandIsServedFromTheBackup() throws Exception {
		try (App app = App.start(App.EXPOSED, this.directory.property())) {
			NamingService client = Nacos.client(unusedAddress(), "public");
			try {
				assertThat(Nacos.query(client, this.service)).containsExactly("10.9.0.1:80", "10.9.0.2:80");
				assertThat(app.status().path("enabled").booleanValue()).isTrue();
			}
			finally {
				client.shutDown();
			}
		}
	}

	@Test
	void listenersHearOfTheBackupWithoutAServer() throws Exception {
		try (App app = App.start(App.EXPOSED, App.serverAddr(unusedAddress()), this.directory.property())) {
			List<List<String>> heard = new CopyOnWriteArrayList<>();
			app.naming().subscribe(this.service, Heard.in(heard));
			Heard.awaitLast(heard, "10.9.0.1:80", "10.9.0.2:80");
		}
	}

	private static String unusedAddress() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return "127.0.0.1:" + socket.getLocalPort();
		}
	}

	/**
	 * What a bean was answered while it was created.
	 *
	 * @param addresses the instances
	 */
	record FirstAnswer(List<String> addresses) {
	}

	@Configuration(proxyBeanMethods = false)
	static class QueryingAtOnce {

		@Bean
		FirstAnswer firstAnswer(NamingService naming, @Value("${warm.service}") String service) throws NacosException {
			return new FirstAnswer(Nacos.query(naming, service));
		}

	}

}
