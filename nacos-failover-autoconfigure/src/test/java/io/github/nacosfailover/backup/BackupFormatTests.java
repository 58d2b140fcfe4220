package io.github.nacosfailover.backup;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import com.alibaba.nacos.api.naming.pojo.Instance;
import com.alibaba.nacos.api.naming.pojo.ServiceInfo;
import com.alibaba.nacos.common.utils.JacksonUtils;
import io.github.nacosfailover.testsupport.FailoverFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class BackupFormatTests {

	private static final ServiceKey ORDERS = ServiceKey.of("DEFAULT_GROUP", "orders");

	private static final String ONE_LINE = FailoverFiles.json("orders", "10.0.0.1:80", "10.0.0.2:8080")
		.replaceAll("\\s*\\R\\s*", "");

	@Test
	void readsPrettyPrintedContent() throws Exception {
		assertThat(addresses(FailoverFiles.json("orders", "10.0.0.1:80", "10.0.0.2:8080")))
			.containsExactly("10.0.0.1:80", "10.0.0.2:8080");
	}

	@Test
	void readsOneLine() throws Exception {
		assertThat(ONE_LINE).doesNotContain("\n");
		assertThat(addresses(ONE_LINE)).containsExactly("10.0.0.1:80", "10.0.0.2:8080");
	}

	@Test
	void readsWindowsLineEnds() throws Exception {
		assertThat(addresses(FailoverFiles.json("orders", "10.0.0.1:80").replace("\n", "\r\n")))
			.containsExactly("10.0.0.1:80");
	}

	@ParameterizedTest
	@ValueSource(strings = { "allIPs", "allIps" })
	void readsFieldNamesOf2And3(String name) throws Exception {
		String content = FailoverFiles.json("orders", "10.0.0.1:80").replace("allIPs", name);
		assertThat(content).contains(name);
		assertThat(addresses(content)).containsExactly("10.0.0.1:80");
	}

	@Test
	void readsWhatTheClientItselfWrites() throws Exception {
		ServiceInfo info = JacksonUtils.toObj(ONE_LINE, ServiceInfo.class);
		BackupFormat.Parsed parsed = read(JacksonUtils.toJson(info));
		assertThat(parsed.backup().all(null)).isEqualTo(info.getHosts());
		assertThat(parsed.isMisplaced()).isFalse();
	}

	@Test
	void readsOneInstancePerLine() throws Exception {
		assertThat(addresses("""
				{"ip":"10.0.0.1","port":80,"weight":2.5,"healthy":false,"clusterName":"A","metadata":{"a":"b"}}
				{"ip":"10.0.0.2","port":81}
				""")).containsExactly("10.0.0.1:80", "10.0.0.2:81");
		Instance first = instances("{\"ip\":\"10.0.0.1\",\"port\":80,\"weight\":2.5,\"healthy\":false,"
				+ "\"clusterName\":\"A\",\"enabled\":false,\"ephemeral\":false,\"metadata\":{\"a\":\"b\"}}")
			.get(0);
		assertThat(first.getWeight()).isEqualTo(2.5);
		assertThat(first.isHealthy()).isFalse();
		assertThat(first.isEnabled()).isFalse();
		assertThat(first.isEphemeral()).isFalse();
		assertThat(first.getClusterName()).isEqualTo("A");
		assertThat(first.getMetadata()).containsEntry("a", "b");
	}

	@Test
	void instancesThatSayLittleGetTheDefaultsOfTheClient() throws Exception {
		Instance ours = instances("{\"name\":\"orders\",\"hosts\":[{\"ip\":\"10.0.0.1\",\"port\":80}]}").get(0);
		Instance theirs = new Instance();
		theirs.setIp("10.0.0.1");
		theirs.setPort(80);
		assertThat(ours).isEqualTo(theirs);
	}

	@Test
	void readsUtf8WithByteOrderMark() throws Exception {
		ByteArrayOutputStream content = new ByteArrayOutputStream();
		content.write(new byte[] { (byte) 0xEF, (byte) 0xBB, (byte) 0xBF });
		content.write(ONE_LINE.getBytes(StandardCharsets.UTF_8));
		assertThat(BackupFormat.read(ORDERS, content.toByteArray()).backup().size()).isEqualTo(2);
	}

	@Test
	void readsMetadataOfAnyLanguage() throws Exception {
		String content = ONE_LINE.replace("\"from\": \"backup\"", "\"区域\": \"华东-ä\"");
		assertThat(instances(content).get(0).getMetadata()).containsEntry("区域", "华东-ä");
	}

	@Test
	void passesOverUnknownFields() throws Exception {
		String content = ONE_LINE.replace("\"name\"", "\"future\": {\"a\": [1, {}]}, \"name\"")
			.replace("\"ip\"", "\"extra\": [null], \"ip\"");
		assertThat(addresses(content)).hasSize(2);
	}

	@Test
	void contentThatNamesAnotherServiceIsMisplaced() throws Exception {
		assertThat(read(FailoverFiles.json("payments", "10.0.0.1:80")).isMisplaced()).isTrue();
		assertThat(read(ONE_LINE.replace("\"groupName\": \"DEFAULT_GROUP\"", "\"groupName\": \"OTHER\"")).isMisplaced())
			.isTrue();
		assertThat(read(ONE_LINE).isMisplaced()).isFalse();
		assertThat(read(ONE_LINE.replace("\"name\": \"orders\"", "\"name\": \"DEFAULT_GROUP@@orders\"")).isMisplaced())
			.isFalse();
		assertThat(read(ONE_LINE.replace("\"groupName\": \"DEFAULT_GROUP\",", "")).isMisplaced()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\n\n" })
	void emptyFileIsRefused(String content) {
		assertRefused(content, "empty", "delete the file");
	}

	@Test
	void nullIsRefused() {
		assertRefused("null", "null", "JSON object");
	}

	@ParameterizedTest
	@ValueSource(strings = { "[]", "[{\"ip\":\"10.0.0.1\",\"port\":80}]", " [null] ", "[1", "[{}] garbage" })
	void arrayIsRefused(String content) {
		assertRefused(content, "array", "JSON object");
	}

	@ParameterizedTest
	@ValueSource(strings = { "17", "\"orders\"", "true", "hello", "{}", "{\"a\":1}", "<xml/>" })
	void anythingElseIsRefused(String content) {
		assertRefused(content);
	}

	@Test
	void brokenJsonIsRefusedWithTheLine() {
		assertRefused(FailoverFiles.json("orders", "10.0.0.1:80").replace("\"clusters\": \"\",", "\"clusters\" \"\","),
				"line 4", "correct the file");
	}

	@Test
	void halfAFileIsRefused() {
		for (int length = 1; length < ONE_LINE.length(); length += 7) {
			assertRefused(ONE_LINE.substring(0, length));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "}", "garbage", "\n}", "\nnull", "{", "]" })
	void garbageAfterTheServiceIsRefused(String garbage) {
		assertRefused(ONE_LINE + garbage);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{"name":"orders","hosts":[{"ip":"1.1.1.1","port":80},{"port":80}]}          | hosts[1] | 'ip'
			{"name":"orders","hosts":[{"ip":" ","port":80}]}                            | hosts[0] | 'ip'
			{"name":"orders","hosts":[{"ip":null,"port":80}]}                           | hosts[0] | 'ip'
			{"name":"orders","hosts":[{"ip":"1.1.1.1","port":65536}]}                   | hosts[0] | 65535
			{"name":"orders","hosts":[{"ip":"1.1.1.1","port":-1}]}                      | hosts[0] | 65535
			{"name":"orders","hosts":[{"ip":"1.1.1.1","port":80},null]}                 | hosts[1] | remove
			{"name":"orders","hosts":[{"ip":"1.1.1.1","port":99999999999999999999}]}    | line 1   | correct the file
			{"name":"orders","hosts":[{"ip":"1.1.1.1","port":"http"}]}                  | line 1   | correct the file
			{"name":"orders","hosts":{"ip":"1.1.1.1","port":80}}                        | line 1   | correct the file
			{"name":"orders","hosts":[{"ip":"1.1.1.1","port":80,"metadata":[]}]}        | line 1   | correct the file
			{"name":"orders","hosts":[{"ip":"1.1.1.1","port":80,"weight":1e999}]}       | hosts[0] | weight
			{"name":"orders","hosts":[{"ip":"1.1.1.1","port":80,"weight":"NaN"}]}       | hosts[0] | weight
			""")
	void messageNamesPlaceAndCure(String content, String place, String cure) {
		assertRefused(content, place, cure);
	}

	@Test
	void hugeNumberIsRefused() {
		assertRefused("{\"name\":\"orders\",\"hosts\":[{\"ip\":\"1.1.1.1\",\"port\":" + "9".repeat(100_000) + "}]}",
				"line 1", "correct the file");
	}

	@Test
	void deepNestingIsRefusedAndDoesNotOverflow() {
		for (String open : new String[] { "[", "{\"a\":" }) {
			assertRefused("{\"name\":\"orders\",\"x\":" + open.repeat(100_000), "line 1", "correct the file");
		}
	}

	@Test
	void deepNestingInMetadataIsRefused() {
		assertRefused("{\"name\":\"orders\",\"hosts\":[{\"ip\":\"1.1.1.1\",\"port\":80,\"metadata\":{\"a\":"
				+ "[".repeat(100_000), "line 1", "correct the file");
	}

	@Test
	void messageDoesNotPromiseALastGoodVersion() {
		assertThatExceptionOfType(InvalidBackupException.class).isThrownBy(() -> read("{"))
			.withMessageNotContaining("last good");
	}

	private static void assertRefused(String content) {
		assertRefused(content, ";");
	}

	private static void assertRefused(String content, String... parts) {
		assertThatExceptionOfType(InvalidBackupException.class)
			.as(content.substring(0, Math.min(100, content.length())))
			.isThrownBy(() -> read(content))
			.satisfies((ex) -> assertThat(ex.getMessage()).contains(parts).hasSizeLessThan(1000));
	}

	private static BackupFormat.Parsed read(String content) throws InvalidBackupException {
		return BackupFormat.read(ORDERS, content.getBytes(StandardCharsets.UTF_8));
	}

	private static List<Instance> instances(String content) throws InvalidBackupException {
		return read(content).backup().all(null);
	}

	private static List<String> addresses(String content) throws InvalidBackupException {
		return instances(content).stream().map(Instance::toInetAddr).toList();
	}

}
