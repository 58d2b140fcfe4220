package io.github.nacosfailover.compatibility;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.alibaba.nacos.api.naming.NamingService;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Files that an operator edits by hand.
 */
class HandEditedFilesTests {

	@TempDir
	static Path home;

	private static FailoverDirectory directory;

	private static App app;

	private static NamingService naming;

	@BeforeAll
	static void start() {
		directory = new FailoverDirectory(home.resolve("failover"));
		app = App.start(App.EXPOSED, App.serverAddr(Nacos.serverAddr()), directory.property());
		naming = app.naming();
	}

	@AfterAll
	static void stop() {
		app.close();
	}

	@BeforeEach
	void switchOff() {
		app.flip(false);
	}

	@Test
	void theSwitchIsHonoured() throws Exception {
		String service = Nacos.uniqueName("switched");
		directory.backup(service, "10.9.0.1:80");
		for (String content : List.of("1", "\n 1 \n", "# on\r\n1\r\n")) {
			directory.writeSwitch(content);
			awaitAddresses(service, "10.9.0.1:80");
			JsonNode on = app.status();
			assertThat(on.path("enabled").booleanValue()).isTrue();
			assertThat(on.at("/namespaces/public/switch/by").textValue()).isEqualTo("file");
			directory.writeSwitch("0");
			awaitAddresses(service);
		}
		directory.writeSwitch("1");
		awaitAddresses(service, "10.9.0.1:80");
		directory.delete(FailoverDirectory.SWITCH);
		awaitAddresses(service);
	}

	@Test
	void dataAreHonouredWhileOn() throws Exception {
		app.flip(true);
		String service = Nacos.uniqueName("edited");
		directory.backup(service, "10.9.0.1:80");
		awaitAddresses(service, "10.9.0.1:80");
		directory.backup(service, "10.9.0.2:80");
		awaitAddresses(service, "10.9.0.2:80");
		directory.replace(FailoverDirectory.fileName(service), FailoverDirectory.json(service, "", "10.9.0.3:80"));
		awaitAddresses(service, "10.9.0.3:80");
		directory.delete(FailoverDirectory.fileName(service));
		awaitAddresses(service);
	}

	@Test
	void metadataAreUtf8() throws Exception {
		app.flip(true);
		String service = Nacos.uniqueName("metadata");
		directory.write(FailoverDirectory.fileName(service),
				FailoverDirectory.json(service, "\"stadt\": \"München\", \"区域\": \"华东-1 🚀\"", "10.9.0.1:80"));
		awaitAddresses(service, "10.9.0.1:80");
		assertThat(naming.getAllInstances(service).get(0).getMetadata())
			.isEqualTo(Map.of("stadt", "München", "区域", "华东-1 🚀"));
		JsonNode metadata = app.get("/" + service).expect(200).at("/backup/0/metadata");
		assertThat(metadata.path("stadt").textValue()).isEqualTo("München");
		assertThat(metadata.path("区域").textValue()).isEqualTo("华东-1 🚀");
	}

	@Test
	void aBadFileHurtsNoOtherAndKeepsTheLastGoodVersion() throws Exception {
		app.flip(true);
		String bad = Nacos.uniqueName("bad");
		String good = Nacos.uniqueName("good");
		directory.backup(bad, "10.9.0.1:80");
		awaitAddresses(bad, "10.9.0.1:80");
		directory.write(FailoverDirectory.fileName(bad), "{ \"name\": \"" + bad + "\", \"hosts\": [ { \"ip\"");
		directory.write("README.txt", "Not a service.");
		directory.backup(good, "10.9.0.2:80");
		awaitAddresses(good, "10.9.0.2:80");
		await().untilAsserted(() -> assertThat(problems()).anySatisfy((problem) -> {
			assertThat(problem.path("location").textValue()).endsWith(FailoverDirectory.fileName(bad));
			assertThat(problem.path("message").textValue()).contains("JSON");
		}));
		assertThat(Nacos.query(naming, bad)).containsExactly("10.9.0.1:80");
		directory.backup(bad, "10.9.0.3:80");
		awaitAddresses(bad, "10.9.0.3:80");
		await().untilAsserted(
				() -> assertThat(problems()).noneSatisfy((problem) -> assertThat(problem.path("location").textValue())
					.endsWith(FailoverDirectory.fileName(bad))));
		directory.delete("README.txt");
	}

	private static Iterable<JsonNode> problems() {
		return app.status().at("/namespaces/public/problems");
	}

	private static void awaitAddresses(String service, String... addresses) {
		await().untilAsserted(() -> assertThat(Nacos.query(naming, service)).containsExactly(addresses));
	}

}
