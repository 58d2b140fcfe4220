package io.github.nacosfailover.compatibility;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.ServiceInfo;
import com.alibaba.nacos.client.naming.backups.FailoverData;
import com.alibaba.nacos.client.naming.backups.FailoverDataSource;
import com.alibaba.nacos.client.naming.backups.FailoverSwitch;
import com.alibaba.nacos.client.naming.backups.NamingFailoverData;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application with a {@link FailoverDataSource} bean of its own.
 */
class DataSourceBeanTests {

	private final String ofBoth = Nacos.uniqueName("of-both");

	private final String ofDisk = Nacos.uniqueName("of-disk");

	@TempDir
	Path home;

	@Test
	void governsTheSwitchAndGoesBeforeTheStore() throws Exception {
		FailoverDirectory directory = new FailoverDirectory(this.home.resolve("failover"));
		directory.backup(this.ofBoth, "10.9.0.1:80");
		directory.backup(this.ofDisk, "10.9.0.2:80");
		try (App app = App.start(WithSource.class, App.EXPOSED, App.serverAddr(Nacos.serverAddr()),
				directory.property())) {
			FixedSource source = app.context().getBean(FixedSource.class);
			source.service = this.ofBoth;
			NamingService naming = app.naming();
			assertSources(app.status());
			for (String body : List.of("{\"enabled\": true}", "{\"enabled\": true, \"force\": true}")) {
				JsonNode refused = app.post(body).expect(409).path("refused");
				assertThat(refused.isArray()).isTrue();
				assertThat(refused).hasSize(1);
				assertThat(refused.get(0).textValue()).contains("fixedSource");
				assertThat(app.status().path("enabled").booleanValue()).isFalse();
			}
			assertThat(directory.path().resolve(FailoverDirectory.SWITCH)).doesNotExist();
			assertThat(Nacos.query(naming, this.ofDisk)).isEmpty();

			source.enabled = true;
			await().until(() -> Nacos.query(naming, this.ofBoth).equals(List.of("10.8.0.1:80")));
			assertThat(Nacos.query(naming, this.ofDisk)).containsExactly("10.9.0.2:80");
			JsonNode on = app.status();
			assertThat(on.path("enabled").booleanValue()).isTrue();
			assertThat(source(on, this.ofBoth)).isEqualTo("fixedSource");
			assertThat(source(on, this.ofDisk)).isEqualTo("disk");
			assertThat(app.post("{\"enabled\": false}").expect(409).path("refused")).hasSize(1);
			assertThat(Nacos.query(naming, this.ofBoth)).containsExactly("10.8.0.1:80");

			source.enabled = null;
			await().until(() -> app.status().at("/namespaces/public/switch/source").textValue().equals("disk"));
			assertThat(app.flip(true).path("enabled").booleanValue()).isTrue();
			assertThat(Nacos.query(naming, this.ofBoth)).containsExactly("10.8.0.1:80");
		}
	}

	private static void assertSources(JsonNode status) {
		JsonNode sources = status.at("/namespaces/public/sources");
		assertThat(sources).hasSize(2);
		assertThat(sources.at("/0/name").textValue()).isEqualTo("fixedSource");
		assertThat(sources.at("/0/type").textValue()).isEqualTo(FixedSource.class.getName());
		assertThat(sources.at("/0/writable").booleanValue()).isFalse();
		assertThat(sources.at("/1/name").textValue()).isEqualTo("disk");
		assertThat(sources.at("/1/writable").booleanValue()).isTrue();
		assertThat(status.at("/namespaces/public/switch/source").textValue()).isEqualTo("fixedSource");
	}

	private static String source(JsonNode status, String service) {
		return status.path("namespaces")
			.path("public")
			.path("services")
			.path("DEFAULT_GROUP@@" + service)
			.path("source")
			.textValue();
	}

	@Configuration(proxyBeanMethods = false)
	static class WithSource {

		@Bean
		FixedSource fixedSource() {
			return new FixedSource();
		}

	}

	static class FixedSource implements FailoverDataSource {

		private volatile String service;

		private volatile Boolean enabled = false;

		@Override
		public FailoverSwitch getSwitch() {
			Boolean enabled = this.enabled;
			return (enabled != null) ? new FailoverSwitch(enabled) : null;
		}

		@Override
		public Map<String, FailoverData> getFailoverData() {
			Map<String, FailoverData> data = new HashMap<>();
			if (this.service != null) {
				ServiceInfo info = new ServiceInfo();
				info.setGroupName("DEFAULT_GROUP");
				info.setName(this.service);
				info.setHosts(List.of(Nacos.instance("10.8.0.1:80")));
				data.put("DEFAULT_GROUP@@" + this.service, NamingFailoverData.newNamingFailoverData(info));
			}
			return data;
		}

	}

}
