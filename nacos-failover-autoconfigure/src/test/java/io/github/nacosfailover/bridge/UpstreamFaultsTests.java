package io.github.nacosfailover.bridge;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stock clients in JVMs of their own, without the starter, which works around these
 * faults. If one of them is gone in a later client, so may be its workaround.
 */
class UpstreamFaultsTests {

	private static final List<Integer> NUMBERS = List.of(1, 2, 9, 11, 12, 13);

	@TempDir
	Path temp;

	@Test
	void listedFaultsAreThoseOfClients2And3() throws Exception {
		Process current = start(classPath().collect(Collectors.joining(File.pathSeparator)), "3");
		try {
			Process older = start(olderClassPath(), "2");
			assertReproduced(older, "2");
		}
		finally {
			assertReproduced(current, "3");
		}
	}

	private void assertReproduced(Process process, String output) throws Exception {
		try {
			assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		String text = Files.readString(this.temp.resolve(output + ".out"));
		for (int number : NUMBERS) {
			assertThat(text).contains("%2d reproduced".formatted(number));
		}
	}

	private Process start(String classPath, String name) throws Exception {
		return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
				"-XX:TieredStopAtLevel=1", "-Duser.home=" + this.temp.resolve(name), "-cp", classPath,
				UpstreamFaults.class.getName(), Files.createDirectories(this.temp.resolve(name)).toString())
			.redirectErrorStream(true)
			.redirectOutput(this.temp.resolve(name + ".out").toFile())
			.start();
	}

	private static String olderClassPath() throws Exception {
		try (Stream<Path> jars = Files.list(Path.of("target/nacos-client-2.5").toAbsolutePath())) {
			return Stream.concat(jars.map(Path::toString), classPath().filter((entry) -> !entry.contains("/alibaba/")))
				.collect(Collectors.joining(File.pathSeparator));
		}
	}

	/** Without the classes of the starter. */
	private static Stream<String> classPath() {
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.endsWith("classes") || entry.endsWith("test-classes"));
	}

}
