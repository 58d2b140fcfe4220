package io.github.nacosfailover.samples.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the sample as a new user would.
 */
class FleetIT {

	@TempDir
	Path directory;

	@Test
	void onePostFlipsAllThree() throws Exception {
		Path output = this.directory.resolve("output");
		Path temporary = Files.createDirectories(this.directory.resolve("tmp"));
		Process process = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-Xmx256m", "-Djava.io.tmpdir=" + temporary, "-Duser.home=" + this.directory,
				"-Dfleet.exit-with-parent=true", "-cp", System.getProperty("java.class.path"), Fleet.class.getName()))
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			assertThat(process.waitFor(10, TimeUnit.MINUTES)).as(read(output)).isTrue();
			assertThat(process.exitValue()).as(read(output)).isZero();
			assertThat(read(output)).contains("\"instances\":3,\"applied\":3,\"lagging\":[]");
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static String read(Path output) throws IOException {
		return Files.readString(output);
	}

}
