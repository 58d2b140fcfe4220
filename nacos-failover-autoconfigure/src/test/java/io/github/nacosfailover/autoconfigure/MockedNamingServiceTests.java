package io.github.nacosfailover.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import com.alibaba.nacos.client.naming.NacosNamingService;
import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.client.DecoratedNamingService;
import io.github.nacosfailover.testsupport.OfflineClients;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.bean.override.mockito.MockitoSpyBean;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willReturn;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.mockingDetails;
import static org.mockito.Mockito.verify;

/**
 * Applications whose tests replace the client by mocks and spies, with failover on.
 */
class MockedNamingServiceTests {

	private static final Path home = createHome();

	private static Path createHome() {
		try {
			Path home = Files.createTempDirectory("mocked-");
			OfflineClients.files(home).service("orders", "10.9.9.1:80").on();
			return home;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@AfterAll
	static void deleteHome() throws IOException {
		FileSystemUtils.deleteRecursively(home);
	}

	@Nested
	@SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE)
	@DirtiesContext
	class Mocked {

		@MockitoBean
		private NamingService naming;

		@Autowired
		private User user;

		@Test
		void mockIsInjectedAsItIs(@Autowired NacosFailover failover) throws Exception {
			given(this.naming.getAllInstances("orders")).willReturn(List.of(new Instance()));
			assertThat(this.user.naming.getAllInstances("orders")).hasSize(1);
			assertThat(mockingDetails(this.user.naming).isMock()).isTrue();
			verify(this.naming).getAllInstances("orders");
			assertThat(failover.status().namespaces()).isEmpty();
		}

	}

	@Nested
	@SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE)
	@DirtiesContext
	class Spied {

		@MockitoSpyBean
		private NamingService naming;

		@Autowired
		private User user;

		@Test
		void spyIsVerifiedStubbedAndServedThroughTheBridge() throws Exception {
			assertThat(mockingDetails(this.naming).isSpy()).isTrue();
			await().ignoreExceptions().until(() -> this.user.naming.getAllInstances("orders").size() == 1);
			verify(this.user.naming, atLeastOnce()).getAllInstances("orders");
			verify(this.naming, atLeastOnce()).getAllInstances("orders");
			willReturn("stubbed").given(this.naming).getServerStatus();
			assertThat(this.user.naming.getServerStatus()).isEqualTo("stubbed");
			willReturn(List.of()).given(this.naming).getAllInstances(anyString());
			assertThat(this.user.naming.getAllInstances("orders")).isEmpty();
		}

	}

	@Nested
	@SpringBootTest(classes = ClassApplication.class, webEnvironment = WebEnvironment.NONE)
	@DirtiesContext
	class SpiedByClass {

		@MockitoSpyBean
		private NacosNamingService naming;

		@Test
		void spyIsVerified() throws Exception {
			await().ignoreExceptions().until(() -> this.naming.getAllInstances("orders").size() == 1);
			verify(this.naming, atLeastOnce()).getAllInstances("orders");
		}

	}

	@Nested
	@SpringBootTest(classes = { Application.class, ClassApplication.class }, webEnvironment = WebEnvironment.NONE)
	@DirtiesContext
	class OneOfTwoMocked {

		@MockitoBean(name = "byClass")
		private NacosNamingService mock;

		@Autowired
		private NamingService naming;

		@Test
		void otherBeanIsDecorated() throws Exception {
			assertThat(mockingDetails(this.mock).isMock()).isTrue();
			assertThat(this.naming).isInstanceOf(DecoratedNamingService.class);
			assertThat(this.naming.getAllInstances("orders")).hasSize(1);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean(destroyMethod = "shutDown")
		NamingService naming() {
			return OfflineClients.create(home);
		}

		@Bean
		User user(NamingService naming) {
			return new User(naming);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ClassApplication {

		@Bean(destroyMethod = "shutDown")
		NacosNamingService byClass() {
			return OfflineClients.create(home);
		}

	}

	record User(NamingService naming) {

	}

}
