package io.github.nacosfailover.actuate.console;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.autoconfigure.NacosFailoverConsoleEndpointAutoConfiguration;
import io.github.nacosfailover.testsupport.Contexts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * The console over HTTP, of an application without a server.
 */
class NacosFailoverConsoleTests {

	private static final HttpClient http = HttpClient.newHttpClient();

	private static final ObjectMapper mapper = new ObjectMapper();

	private static final Pattern SETTINGS = Pattern
		.compile("<script type=\"application/json\" id=\"settings\">(.*?)</script>");

	@TempDir
	Path home;

	@ParameterizedTest
	@CsvSource({
			"SERVLET, server, /shop/ops, server.servlet.context-path=/shop management.endpoints.web.base-path=/ops",
			"SERVLET, management, '', management.server.port=0 management.endpoints.web.base-path=/",
			"REACTIVE, server, /shop/actuator, spring.webflux.base-path=/shop",
			"REACTIVE, management, /ops/actuator, management.server.port=0 management.server.base-path=/ops" })
	void answersWithAPageThatMayLoadNothingButTheEndpoints(WebApplicationType stack, String port, String base,
			String properties) throws Exception {
		try (ConfigurableApplicationContext context = run(stack,
				"--management.endpoints.web.exposure.include=nacosfailover,nacosfailoverconsole",
				properties.split(" "))) {
			URI page = URI.create("http://127.0.0.1:%s%s/nacosfailoverconsole"
				.formatted(context.getEnvironment().getProperty("local." + port + ".port"), base));
			HttpResponse<String> answer = get(page);
			assertThat(answer.statusCode()).isEqualTo(200);
			assertThat(answer.headers().firstValue("Content-Type").orElseThrow().replace(" ", ""))
				.isEqualToIgnoringCase("text/html;charset=UTF-8");
			assertThat(answer.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
			assertThat(answer.headers().allValues("Cache-Control")).containsExactly("no-store");
			assertThat(answer.headers().allValues("Referrer-Policy")).containsExactly("same-origin");
			String nonce = nonce(answer);
			assertThat(answer.headers().allValues("Content-Security-Policy")).containsExactly(
					"default-src 'none'; script-src 'nonce-%1$s'; style-src 'nonce-%1$s'; connect-src 'self'; "
						.formatted(nonce)
							+ "img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; "
							+ "trusted-types 'none'; frame-ancestors 'none'");
			assertThat(answer.body()).contains("<script nonce=\"" + nonce + "\">", "<style nonce=\"" + nonce + "\">",
					"content=\"default-src 'none'; script-src 'nonce-" + nonce + "'");
			assertThat(nonce(get(page))).isNotEqualTo(nonce);
			JsonNode endpoints = settings(answer).at("/endpoints");
			assertThat(endpoints.at("/nacosfailover/path").asText()).isEqualTo("nacosfailover");
			assertThat(endpoints.at("/nacosfailover/writable").asBoolean()).isTrue();
			assertThat(endpoints.has("nacosfailoversnapshots")).isFalse();
			assertThat(get(page.resolve("nacosfailover")).statusCode()).isEqualTo(200);
		}
	}

	@Test
	void saysWhereTheEndpointsAreAndWhetherTheyCanBeChanged() throws Exception {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET,
				"--management.endpoints.web.exposure.include=nacosfailover,nacosfailoversnapshots,nacosfailoverconsole",
				"management.endpoints.web.path-mapping.nacosfailover=ops/switch",
				"management.endpoints.web.path-mapping.nacosfailoverconsole=ops/console",
				"management.endpoint.nacosfailover.access=read-only",
				"management.endpoint.nacosfailoversnapshots.access=unrestricted")) {
			JsonNode endpoints = settings(get(uri(context, "/actuator/ops/console"))).at("/endpoints");
			assertThat(endpoints.at("/nacosfailoverconsole/path").asText()).isEqualTo("ops/console");
			assertThat(endpoints.at("/nacosfailover/path").asText()).isEqualTo("ops/switch");
			assertThat(endpoints.at("/nacosfailover/writable").asBoolean()).isFalse();
			assertThat(endpoints.at("/nacosfailoversnapshots/writable").asBoolean()).isTrue();
			assertThat(endpoints).hasSize(3);
		}
	}

	@ParameterizedTest
	@CsvSource({ "health, management.endpoint.nacosfailoverconsole.access=read-only, 404",
			"*, management.endpoint.nacosfailoverconsole.access=none, 404",
			"*, management.endpoint.nacosfailoverconsole.access=read-only, 200",
			"*, nacos.failover.enabled=false, 404" })
	void isThereIfItIsExposedAndItsAccessAllowsIt(String exposed, String property, int status) throws Exception {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET,
				"--management.endpoints.web.exposure.include=" + exposed, property)) {
			assertThat(get(uri(context, "/actuator/nacosfailoverconsole")).statusCode()).isEqualTo(status);
		}
	}

	@Test
	void asksForWhatTheEndpointsAnswer() throws Exception {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET,
				"--management.endpoints.web.exposure.include=*")) {
			String page = get(uri(context, "/actuator/nacosfailoverconsole")).body();
			Matcher addresses = Pattern.compile("\\burl\\(\"([a-z]+)\"(?:, \\[(?:\"([a-z]+)\")?])?[,)]").matcher(page);
			Set<String> paths = new TreeSet<>();
			while (addresses.find()) {
				paths.add(addresses.group(1) + ((addresses.group(2) != null) ? "/" + addresses.group(2) : ""));
			}
			assertThat(paths).contains("nacosfailover", "nacosfailover/preflight", "nacosfailover/history",
					"nacosfailover/detector", "nacosfailover/drill", "nacosfailoversnapshots");
			for (String path : paths) {
				HttpResponse<String> answer = get(uri(context, "/actuator/" + path));
				assertThat(answer.statusCode()).as(path).isEqualTo(200);
				assertThat(mapper.readTree(answer.body()).isObject()).as(path).isTrue();
			}
		}
	}

	@Test
	void isForTheWebAlone() {
		WebApplicationContextRunner runner = new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NacosFailoverConsoleEndpointAutoConfiguration.class))
			.withBean(NacosFailover.class, () -> mock(NacosFailover.class))
			.withPropertyValues("spring.jmx.enabled=true", "management.endpoints.jmx.exposure.include=*");
		runner.run((context) -> assertThat(context).doesNotHaveBean(NacosFailoverConsoleEndpoint.class));
		runner.withPropertyValues("management.endpoints.web.exposure.include=*")
			.run((context) -> assertThat(context).hasSingleBean(NacosFailoverConsoleEndpoint.class));
	}

	@Test
	void aBeanOfTheApplicationReplacesIt() {
		NacosFailoverConsoleEndpoint own = new NacosFailoverConsoleEndpoint(new ConsolePage(() -> null));
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NacosFailoverConsoleEndpointAutoConfiguration.class))
			.withBean(NacosFailover.class, () -> mock(NacosFailover.class))
			.withBean(NacosFailoverConsoleEndpoint.class, () -> own)
			.withPropertyValues("management.endpoints.web.exposure.include=*")
			.run((context) -> assertThat(context.getBean(NacosFailoverConsoleEndpoint.class)).isSameAs(own));
	}

	private ConfigurableApplicationContext run(WebApplicationType stack, String exposure, String... properties) {
		List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--spring.main.banner-mode=off", exposure,
				"--nacos.failover.client.server-addr=127.0.0.1:1",
				"--nacos.failover.disk.path=" + this.home.resolve("failover")));
		for (String property : properties) {
			arguments.add("--" + property);
		}
		return new SpringApplicationBuilder(Contexts.Application.class).web(stack)
			.run(arguments.toArray(String[]::new));
	}

	private static URI uri(ConfigurableApplicationContext context, String path) {
		return URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.management.port") + path);
	}

	private static HttpResponse<String> get(URI uri) throws Exception {
		return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
	}

	private static String nonce(HttpResponse<String> page) {
		Matcher matcher = Pattern.compile("script-src 'nonce-([^']{20,})'")
			.matcher(page.headers().firstValue("Content-Security-Policy").orElseThrow());
		assertThat(matcher.find()).isTrue();
		return matcher.group(1);
	}

	private static JsonNode settings(HttpResponse<String> page) throws Exception {
		Matcher matcher = SETTINGS.matcher(page.body());
		assertThat(matcher.find()).isTrue();
		return mapper.readTree(matcher.group(1));
	}

}
