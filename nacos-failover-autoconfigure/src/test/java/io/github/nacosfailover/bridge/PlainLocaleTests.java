package io.github.nacosfailover.bridge;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.github.nacosfailover.testsupport.OfflineClients;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * JVMs without a locale, whose file names are ASCII, in a home directory that is not. The
 * Nacos client then uses a directory with a question mark, and so does failover.
 */
@EnabledOnOs(OS.LINUX)
class PlainLocaleTests {

	@TempDir
	Path home;

	@BeforeEach
	void write() {
		OfflineClients.files(this.home.resolve("j?rg"))
			.write("DEFAULT_GROUP%40%40orders", "{\"name\":\"orders\",\"hosts\":[{\"ip\":\"10.9.9.9\",\"port\":80}]}")
			.on();
	}

	@Test
	void applicationStartsIsServedAndToldOfThePath() throws Exception {
		Map<String, String> output = run("true");
		assertThat(output).containsEntry("encoding", "ANSI_X3.4-1968")
			.containsEntry("early", "10.9.9.9")
			.containsEntry("late", "10.9.9.9")
			.containsEntry("bean", "10.9.9.9")
			.containsEntry("on", "true");
		assertThat(output.get("problems")).contains("/j?rg", "ANSI_X3.4-1968", "LC_ALL=C.UTF-8");
	}

	@Test
	void disabledStarterSaysNothingAndTheClientIsAsEver() throws Exception {
		Map<String, String> output = run("false");
		// The stock source cannot read there.
		assertThat(output).containsEntry("end", "true").doesNotContainKeys("problems", "bean");
		assertThat(Files.readString(this.home.resolve("out.txt"))).doesNotContain("Failover: ", "Failover of");
	}

	private Map<String, String> run(String enabled) throws Exception {
		Path out = this.home.resolve("out.txt");
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
				PlainLocaleApplication.class.getName(), this.home.toString(), enabled)
			.redirectErrorStream(true)
			.redirectOutput(out.toFile());
		builder.environment().keySet().removeAll(List.of("LANG", "LC_CTYPE", "JAVA_TOOL_OPTIONS"));
		builder.environment().put("LC_ALL", "C");
		Process process = builder.start();
		try {
			assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		assertThat(process.exitValue()).as(Files.readString(out)).isZero();
		return Files.readAllLines(out)
			.stream()
			.filter((line) -> line.matches("[a-z]+=.*"))
			.collect(Collectors.toMap((line) -> line.substring(0, line.indexOf('=')),
					(line) -> line.substring(line.indexOf('=') + 1), (one, other) -> other));
	}

}
