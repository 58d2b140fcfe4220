package io.github.nacosfailover.backup;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.store.SavedBackup;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Backups as they are written.
 */
class BackupWritingTests {

	private static final ServiceKey KEY = ServiceKey.of("Gruppe ä", "订单");

	@Test
	void sameInstancesGiveTheSameBytesWhateverTheirOrder() {
		List<Instance> instances = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			instances.add(instance("10.0.0." + (i / 4), 80 + i % 2, (i % 4 < 2) ? "A" : "B"));
		}
		byte[] expected = BackupFormat.write(Backup.copyOf(KEY, instances));
		Random random = new Random(1);
		for (int i = 0; i < 50; i++) {
			Collections.shuffle(instances, random);
			List<Instance> copies = new ArrayList<>();
			for (Instance instance : instances) {
				Instance copy = instance(instance.getIp(), instance.getPort(), instance.getClusterName());
				List<Map.Entry<String, String>> metadata = new ArrayList<>(instance.getMetadata().entrySet());
				Collections.shuffle(metadata, random);
				copy.setMetadata(new LinkedHashMap<>());
				metadata.forEach((entry) -> copy.addMetadata(entry.getKey(), entry.getValue()));
				copies.add(copy);
			}
			Backup backup = Backup.copyOf(KEY, copies);
			assertThat(BackupFormat.write(backup)).isEqualTo(expected);
			assertThat(SavedBackup.of(backup)).isEqualTo(SavedBackup.of(Backup.copyOf(KEY, instances)));
		}
	}

	@Test
	void anyDifferenceThatAQueryShowsGivesOtherBytes() {
		List<Instance> different = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			different.add(instance("10.0.0.1", 80, "A"));
		}
		different.get(1).setIp("10.0.0.2");
		different.get(2).setPort(81);
		different.get(3).setClusterName("B");
		different.get(4).setWeight(1.5);
		different.get(5).setHealthy(false);
		different.get(6).setEnabled(false);
		different.get(7).setEphemeral(false);
		different.get(8).addMetadata("zone", "b");
		different.get(9).setInstanceId("other");
		assertThat(different.stream().map((instance) -> SavedBackup.of(Backup.copyOf(KEY, List.of(instance))).digest()))
			.doesNotHaveDuplicates();
	}

	@Test
	void whatIsWrittenIsReadTheSame() throws Exception {
		Instance odd = instance("::1", 0, "\"\n\\");
		odd.setInstanceId(null);
		odd.setServiceName(null);
		odd.addMetadata("区域", "华东-ä🚀\u0000");
		odd.addMetadata("", "");
		odd.addMetadata("null", null);
		Instance plain = new Instance();
		plain.setIp("host.example");
		plain.setPort(65535);
		plain.setWeight(1e-3);
		plain.setMetadata(null);
		Backup backup = Backup.copyOf(KEY, List.of(odd, plain));
		byte[] content = BackupFormat.write(backup);
		BackupFormat.Parsed parsed = BackupFormat.read(KEY, content);
		assertThat(parsed.isMisplaced()).isFalse();
		assertThat(BackupFormat.write(parsed.backup())).isEqualTo(content);
		assertThat(parsed.backup().all(null).get(0).getMetadata()).isEqualTo(odd.getMetadata());
		assertThat(parsed.backup().all(null).get(1).getWeight()).isEqualTo(1e-3);
		assertThat(parsed.backup().healthy()).isEqualTo(2);
	}

	@Test
	void contentIsOneLineOfAscii() {
		Instance instance = instance("10.0.0.1", 80, "A");
		instance.addMetadata("区域", "华东\r\n");
		String content = new String(BackupFormat.write(Backup.copyOf(KEY, List.of(instance))),
				StandardCharsets.ISO_8859_1);
		assertThat(content.chars()).allMatch((c) -> c < 128);
		assertThat(content).startsWith("{").endsWith("}\n");
		assertThat(content.lines()).hasSize(1);
	}

	@Test
	void writingCopiesNothingThatIsHeld() {
		Backup backup = Backup.copyOf(KEY, List.of(instance("10.0.0.2", 80, "A"), instance("10.0.0.1", 80, "A")));
		BackupFormat.write(backup);
		assertThat(backup.all(null)).extracting(Instance::getIp).containsExactly("10.0.0.2", "10.0.0.1");
	}

	@Test
	void backupThatCouldNotBeReadAgainIsTold() {
		for (Instance bad : List.of(instance(" ", 80, "A"), instance("10.0.0.1", -1, "A"), weight(Double.NaN),
				weight(Double.POSITIVE_INFINITY))) {
			assertThatExceptionOfType(InvalidBackupException.class)
				.isThrownBy(() -> BackupFormat.check(Backup.copyOf(KEY, List.of(bad))));
		}
	}

	private static Instance weight(double weight) {
		Instance instance = instance("10.0.0.1", 80, "A");
		instance.setWeight(weight);
		return instance;
	}

	private static Instance instance(String ip, int port, String cluster) {
		Instance instance = new Instance();
		instance.setInstanceId(ip + "#" + port + "#" + cluster);
		instance.setIp(ip);
		instance.setPort(port);
		instance.setClusterName(cluster);
		instance.setServiceName("Gruppe ä@@订单");
		instance.addMetadata("zone", "a");
		instance.addMetadata("version", "1");
		return instance;
	}

}
