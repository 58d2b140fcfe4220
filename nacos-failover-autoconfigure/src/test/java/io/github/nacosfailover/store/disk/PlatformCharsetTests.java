package io.github.nacosfailover.store.disk;

import java.io.File;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.testsupport.FailoverFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Files are UTF-8 whatever the platform says: read in a JVM that knows only ASCII, for
 * content and for names of files.
 */
@DisabledOnOs(OS.WINDOWS)
class PlatformCharsetTests {

	private static final String REASON = "Wartung – 升级";

	@TempDir
	Path temp;

	@Test
	void contentAndNamesAreReadUnderAnAsciiPlatform() throws Exception {
		FailoverFiles files = new FailoverFiles(this.temp.resolve("failover")).on()
			.service("orders", "10.0.0.1:80")
			.write("DEFAULT_GROUP%40%40%E8%AE%A2%E5%8D%95",
					FailoverFiles.json("订单", "10.0.0.2:80").replace("\"from\": \"backup\"", "\"zone\": \"华东-ä\""))
			.write("DEFAULT_GROUP@@größe", FailoverFiles.json("größe", "10.0.0.3:80"));
		DiskStore store = new DiskStore(files.directory(), 100_000);
		store.writeSwitch(new SwitchState(true, Instant.EPOCH, "ops", REASON, null));
		List<String> lines = runInAsciiJvm(files.directory());
		assertThat(lines).contains("charset US-ASCII", "on true " + ascii(REASON), "orders 10.0.0.1:80 {from=backup}",
				ascii("订单 10.0.0.2:80 {zone=华东-ä}"), "services 2", "problems 1");
	}

	private List<String> runInAsciiJvm(Path directory) throws Exception {
		Path output = this.temp.resolve("output");
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Dfile.encoding=US-ASCII", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
				PlatformCharsetTests.class.getName(), directory.toString());
		builder.environment().put("LC_ALL", "C");
		builder.redirectErrorStream(true).redirectOutput(output.toFile());
		Process process = builder.start();
		try {
			assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
			List<String> lines = Files.readAllLines(output, StandardCharsets.ISO_8859_1);
			assertThat(process.exitValue()).as(String.join(File.pathSeparator, lines)).isZero();
			return lines;
		}
		finally {
			process.destroyForcibly();
		}
	}

	/**
	 * Prints what the store of a directory has.
	 * @param arguments the directory
	 */
	public static void main(String[] arguments) {
		DiskStore store = DiskStores.open(Path.of(arguments[0]), 100_000);
		DiskStoreTestBase.awaitAllRead(store);
		System.out.println("charset " + Charset.defaultCharset());
		SwitchState failoverSwitch = store.state().failoverSwitch();
		System.out.println("on " + failoverSwitch.enabled() + " " + ascii(failoverSwitch.reason()));
		store.state().backups().all().forEach((ref) -> {
			Instance instance = ref.get().all(null).get(0);
			System.out.println(ascii(ref.key().service() + " " + instance.toInetAddr() + " " + instance.getMetadata()));
		});
		System.out.println("services " + store.state().backups().size());
		System.out.println("problems " + store.problems().size());
		store.problems().forEach((problem) -> System.out.println(ascii(problem.toString())));
		DiskStores.close(store);
	}

	private static String ascii(String text) {
		StringBuilder ascii = new StringBuilder();
		String.valueOf(text)
			.chars()
			.forEach((c) -> ascii.append((c < 128) ? String.valueOf((char) c) : "\\u%04x".formatted(c)));
		return ascii.toString();
	}

}
