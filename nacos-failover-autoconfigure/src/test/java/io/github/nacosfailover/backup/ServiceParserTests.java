package io.github.nacosfailover.backup;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import com.alibaba.nacos.api.naming.pojo.Instance;
import com.alibaba.nacos.api.naming.pojo.ServiceInfo;
import com.alibaba.nacos.common.utils.JacksonUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is read token by token is what data binding would have read.
 */
class ServiceParserTests {

	private static final String SERVICE = """
			{
			  "name": "orders", "groupName": "DEFAULT_GROUP", "clusters": "", "cacheMillis": 10000,
			  "hosts": [
			    { "instanceId": "1", "ip": "10.0.0.1", "port": 80, "weight": 2.5, "healthy": false, "enabled": true,
			      "ephemeral": true, "clusterName": "A", "serviceName": "DEFAULT_GROUP@@orders",
			      "metadata": { "version": "1", "zone": "z" }, "instanceHeartBeatInterval": 5000, "future": [{}] },
			    { "ip": "10.0.0.2", "port": 81, "weight": 1 }
			  ],
			  "allIps": false, "future": { "hosts": [] }
			}
			""";

	private static final List<String> VALUES = List.of("null", "true", "1", "-1.5", "1e999", "99999999999", "\"\"",
			"\"1\"", "\"true\"", "\"NaN\"", "\"\\u00e4\\n\"", "[]", "[1]", "[null]", "[\"a\"]", "[{}]", "{}",
			"{\"a\": null}", "{\"a\": 1}", "{\"a\": \"b\", \"a\": \"c\"}", "{\"ip\": \"1\"}");

	@Test
	void readsWhatClientsWrite() throws Exception {
		assertThat(parse(SERVICE)).isNotNull();
		assertSame(SERVICE);
		ServiceInfo info = JacksonUtils.toObj(SERVICE.replace("\"future\": [{}]", "\"ipDeleteTimeout\": 1"),
				ServiceInfo.class);
		assertThat(parse(JacksonUtils.toJson(info)).hosts).isEqualTo(info.getHosts());
	}

	@ParameterizedTest
	@ValueSource(strings = { "name", "groupName", "clusters", "hosts", "instanceId", "ip", "port", "weight", "healthy",
			"enabled", "ephemeral", "clusterName", "serviceName", "metadata", "version", "future" })
	void readsAnyValueAsDataBindingDoesOrNotAtAll(String field) {
		String start = "\"" + field + "\": ";
		assertThat(SERVICE).contains(start);
		for (String value : VALUES) {
			assertSame(SERVICE.replaceFirst(start, start + value + ", \"was\": "));
			assertSame(SERVICE.replaceFirst("\"allIps\"", start + value + ", \"allIps\""));
			assertSame(SERVICE.replaceFirst("\"instanceHeartBeatInterval\"", start + value + ", \"later\""));
		}
	}

	@Test
	void readsNothingThatIsCutOff() {
		String content = SERVICE.strip();
		for (int length = 0; length < content.length(); length++) {
			assertThat(parse(content.substring(0, length))).isNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "null", "}", "x", "[]", "1" })
	void leavesMoreThanOneDocumentToDataBinding(String more) {
		assertThat(parse(SERVICE + more)).isNull();
	}

	@Test
	void keepsTheOrderOfMetadataThatAreOtherwiseTheSame() throws Exception {
		Backup backup = BackupFormat.read(ServiceKey.of("DEFAULT_GROUP", "orders"), """
				{"name": "orders", "hosts": [
				{"ip": "10.0.0.1", "port": 1, "metadata": {"a": "1", "b": "2"}},
				{"ip": "10.0.0.1", "port": 2, "metadata": {"b": "2", "a": "1"}},
				{"ip": "10.0.0.1", "port": 3, "metadata": {"a": "1", "b": "2"}}]}
				""".getBytes(StandardCharsets.UTF_8)).backup();
		assertThat(backup.all(null)).extracting(Instance::getMetadata)
			.extracting(Map::toString)
			.containsExactly("{a=1, b=2}", "{b=2, a=1}", "{a=1, b=2}");
	}

	private static void assertSame(String content) {
		ServiceDocument parsed = parse(content);
		if (parsed == null) {
			return;
		}
		List<ServiceDocument> bound;
		try {
			bound = ServiceBinding.read(content.getBytes(StandardCharsets.UTF_8));
		}
		catch (InvalidBackupException ex) {
			throw new AssertionError(content, ex);
		}
		assertThat(bound).as(content).hasSize(1);
		assertThat(parsed.qualifiedName()).as(content).isEqualTo(bound.get(0).qualifiedName());
		assertThat(parsed.name == null).as(content).isEqualTo(bound.get(0).name == null);
		assertThat(parsed.hosts).as(content).isEqualTo(bound.get(0).hosts);
	}

	private static ServiceDocument parse(String content) {
		return ServiceParser.parse(content.getBytes(StandardCharsets.UTF_8));
	}

}
