package io.github.nacosfailover.bridge;

import java.util.Properties;
import java.util.Set;

import com.alibaba.nacos.client.env.NacosClientProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ServerAddresses}.
 */
class ServerAddressesTests {

	@ParameterizedTest
	@CsvSource({ "nacos:8848, nacos:8848", "Nacos, nacos:8848", "http://nacos:8850/nacos, nacos:8850",
			"https://nacos?x=1, nacos:8848", "localhost:8848, 127.0.0.1:8848", "' nacos:8848 ', nacos:8848" })
	void oneServerHasOneSpelling(String serverAddr, String expected) {
		assertThat(of("serverAddr", serverAddr)).containsExactly(expected);
	}

	@Test
	void listsAreSets() {
		assertThat(of("serverAddr", "b:1, a;c:2,")).containsExactlyInAnyOrder("a:8848", "b:1", "c:2");
	}

	@Test
	void endpointStandsForTheServerThatItNames() {
		assertThat(of("endpoint", "Acm.example")).isEqualTo(of("endpoint", "acm.example")).hasSize(1);
		assertThat(of("endpoint", "acm.example")).isNotEqualTo(of("endpoint", "other.example"));
	}

	@Test
	void unknownServerIsNoServer() {
		assertThat(of("namespace", "public")).isEmpty();
	}

	private static Set<String> of(String name, String value) {
		Properties properties = new Properties();
		properties.setProperty(name, value);
		return ServerAddresses.of(NacosClientProperties.PROTOTYPE.derive(properties));
	}

}
