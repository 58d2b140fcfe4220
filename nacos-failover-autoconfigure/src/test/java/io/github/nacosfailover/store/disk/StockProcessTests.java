package io.github.nacosfailover.store.disk;

import java.io.File;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.testsupport.OfflineClients;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stock clients of several versions, in processes of their own, serve what an archive has
 * written: also under a platform that knows only ASCII.
 */
@DisabledOnOs(OS.WINDOWS)
class StockProcessTests extends DiskArchiveTestBase {

	private static final List<ServiceKey> KEYS = List.of(ServiceKey.of("DEFAULT_GROUP", "orders"),
			ServiceKey.of("Gruppe ä", "订单/北京"), ServiceKey.of(".hidden", "..%2F..:a b+c"));

	@Test
	void clientsOf2And3ServeWhatWasWritten() throws Exception {
		DiskStore store = open(Watching.NOTIFIED, OfflineClients.files(this.temp).directory());
		List<Backup> backups = KEYS.stream().map(StockProcessTests::backup).toList();
		store.archive().write(new SnapshotChange("a", "test", backups, Set.of(), false));
		store.writeSwitch(new SwitchState(true, null, "test", null, null));
		Process current = start(currentClassPath(), "3.out");
		Process older = start(olderClassPath(), "2.out");
		assertServed(current, "3.out", "nacos-client-3");
		assertServed(older, "2.out", "nacos-client-2.5.1");
	}

	private static Backup backup(ServiceKey key) {
		Instance sick = new Instance();
		sick.setIp("10.0.0.2");
		sick.setPort(8080);
		sick.setWeight(2.5);
		sick.setHealthy(false);
		sick.setEnabled(false);
		sick.setEphemeral(false);
		sick.setClusterName("B");
		sick.addMetadata("区域", "华东-ä🚀");
		sick.addMetadata("quoted", "\"\n\\");
		Instance well = new Instance();
		well.setIp("10.0.0.1");
		well.setPort(80);
		well.setClusterName("A");
		return Backup.copyOf(key, List.of(sick, well));
	}

	private void assertServed(Process process, String output, String client) throws Exception {
		try {
			assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		List<String> lines = Files.readAllLines(this.temp.resolve(output));
		assertThat(lines).anyMatch((line) -> line.startsWith("client ") && line.contains(client));
		String expected = "10.0.0.1:80/1.0/true/true/true/A/{} 10.0.0.2:8080/2.5/false/false/false/B/"
				+ StockProcess.ascii("{quoted=\"\n\\, 区域=华东-ä🚀}");
		for (ServiceKey key : KEYS) {
			assertThat(String.join("\n", lines)).contains(encode(key) + " " + expected);
		}
	}

	private static String encode(ServiceKey key) {
		return URLEncoder.encode(key.toString(), StandardCharsets.UTF_8);
	}

	private Process start(String classPath, String output) throws Exception {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
						"-XX:TieredStopAtLevel=1", "-Dfile.encoding=US-ASCII", "-Duser.home=" + this.temp,
						"-DJM.LOG.PATH=" + this.temp.resolve("logs-" + output), "-cp", classPath,
						StockProcess.class.getName(), this.temp.toString()));
		KEYS.forEach((key) -> command.add(encode(key)));
		ProcessBuilder builder = new ProcessBuilder(command);
		builder.environment().put("LC_ALL", "C");
		return builder.redirectErrorStream(true).redirectOutput(this.temp.resolve(output).toFile()).start();
	}

	/** All but what is ours, whose bridge would serve instead. */
	private static String currentClassPath() {
		return classPath().collect(Collectors.joining(File.pathSeparator));
	}

	private static String olderClassPath() throws Exception {
		try (Stream<Path> jars = Files.list(Path.of("target/nacos-client-2.5").toAbsolutePath())) {
			return Stream.concat(jars.map(Path::toString), classPath().filter((entry) -> !isNacos(entry)))
				.collect(Collectors.joining(File.pathSeparator));
		}
	}

	private static boolean isNacos(String entry) {
		return entry.contains(File.separator + "com" + File.separator + "alibaba" + File.separator);
	}

	private static Stream<String> classPath() {
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.endsWith("classes") || entry.endsWith("test-classes"));
	}

}
