package io.github.nacosfailover.store.disk;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.alibaba.nacos.api.naming.pojo.Instance;
import com.alibaba.nacos.api.naming.pojo.ServiceInfo;
import com.alibaba.nacos.client.naming.cache.DiskCache;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the stock client reads from a file on one line, and what we read from it.
 */
class StockClientTests {

	private static final String INSTANCE = "{\"instanceId\":\"10.0.0.1#80#A#orders\",\"ip\":\"10.0.0.1\",\"port\":80,"
			+ "\"weight\":2.5,\"healthy\":false,\"enabled\":true,\"ephemeral\":false,\"clusterName\":\"A\","
			+ "\"serviceName\":\"DEFAULT_GROUP@@orders\",\"metadata\":{\"zone\":\"北京\",\"empty\":\"\"},"
			+ "\"instanceHeartBeatInterval\":5000,\"ipDeleteTimeout\":30000}";

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "DEFAULT_GROUP%40%40orders", "DEFAULT_GROUP@@orders", "DEFAULT_GROUP%40%40orders@@A,B",
			"DEFAULT_GROUP@@orders@@A", "my+group%40%40%E8%AE%A2%E5%8D%95", "g%40%40a%3Ab%40c" })
	void namesOfFilesMeanTheSameService(String name) throws Exception {
		assertSame(name, "{\"name\":\"orders\",\"hosts\":[" + INSTANCE + "]}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"name\":\"orders\",\"groupName\":\"DEFAULT_GROUP\",\"hosts\":[%s],\"allIPs\":false}",
			"{\"name\":\"orders\",\"groupName\":\"DEFAULT_GROUP\",\"hosts\":[%s],\"allIps\":true,\"valid\":true}",
			"{\"name\":\"orders\",\"hosts\":[%1$s,%1$s],\"clusters\":\"A\",\"checksum\":\"x\",\"lastRefTime\":12}",
			"{\"hosts\":[%s],\"name\":\"DEFAULT_GROUP@@orders\",\"reachProtectionThreshold\":true,\"future\":{}}",
			"{\"name\":\"orders\",\"hosts\":[{\"ip\":\"10.0.0.1\",\"port\":80},{\"ip\":\"host.example\",\"port\":1}]}",
			"{\"name\":\"orders\",\"hosts\":[{\"ip\":\"::1\",\"port\":80,\"metadata\":null}]}", "%s", "%1$s\n%1$s\n",
			"%s\n{\"ip\":\"10.0.0.2\",\"port\":81}",
			"{\"name\":\"orders\",\"hosts\":[{\"ip\":\"10.0.0.9\",\"port\":9}]}\n{\"name\":\"orders\",\"hosts\":[%s]}" })
	void contentOnOneLineMeansTheSameInstances(String template) throws Exception {
		assertSame("DEFAULT_GROUP%40%40orders", template.formatted(INSTANCE));
	}

	@Test
	void whatTheClientWritesIsReadTheSame() throws Exception {
		Path written = this.directory.resolve("DEFAULT_GROUP%40%40orders");
		Files.writeString(written,
				"{\"name\":\"orders\",\"groupName\":\"DEFAULT_GROUP\",\"hosts\":[" + INSTANCE + "]}");
		ServiceInfo info = DiskCache.parseServiceInfoFromCache(written.toFile()).get("DEFAULT_GROUP@@orders");
		DiskCache.write(info, this.directory.toString());
		assertThat(ours(written).toServiceInfo().getHosts()).isEqualTo(info.getHosts());
		assertThat(FailoverFileNames.encode(ServiceKey.of("DEFAULT_GROUP", "orders"))).isEqualTo(info.getKeyEncoded());
	}

	private void assertSame(String name, String content) throws Exception {
		Path file = Files.writeString(this.directory.resolve(name), content);
		Map<String, ServiceInfo> stock = DiskCache.parseServiceInfoFromCache(file.toFile());
		assertThat(stock).hasSize(1);
		Backup ours = ours(file);
		assertThat(ours.key()).hasToString(stock.keySet().iterator().next());
		List<Instance> theirs = stock.values().iterator().next().getHosts();
		assertThat(theirs).isNotEmpty();
		assertThat(ours.all(null)).extracting(StockClientTests::describe)
			.isEqualTo(theirs.stream().map(StockClientTests::describe).toList());
	}

	/** A file without metadata means none; the client itself is of two minds about it. */
	private static String describe(Instance instance) {
		Map<String, String> metadata = (instance.getMetadata() != null) ? instance.getMetadata() : Map.of();
		return "%s %s %d %s %s %s %s %s %s %s".formatted(instance.getInstanceId(), instance.getIp(), instance.getPort(),
				instance.getWeight(), instance.isHealthy(), instance.isEnabled(), instance.isEphemeral(),
				instance.getClusterName(), instance.getServiceName(), new TreeMap<>(metadata));
	}

	private static Backup ours(Path file) throws Exception {
		ServiceKey key = FailoverFileNames.decode(file.getFileName().toString());
		return BackupFormat.read(key, Files.readAllBytes(file)).backup();
	}

}
