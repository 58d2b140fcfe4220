package io.github.nacosfailover.bridge;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import com.alibaba.nacos.client.naming.backups.FailoverDataSource;
import io.github.nacosfailover.testsupport.FailoverFiles;
import io.github.nacosfailover.testsupport.OfflineClients;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * JVMs with class paths in different orders, in which a client is created before Spring
 * starts. The service in several sources tells by its address who has won.
 */
class ClassPathOrderTests {

	@TempDir
	Path temp;

	private Path foreign;

	@BeforeEach
	void prepare() throws Exception {
		for (First first : First.values()) {
			FailoverFiles files = OfflineClients.files(home(first));
			for (String service : List.of("in-bean", "in-foreign", "in-file")) {
				files.write("DEFAULT_GROUP%40%40" + service,
						FailoverFiles.json(service, "10.9.9.9:80").replace("\n", ""));
			}
			files.on();
		}
		this.foreign = provider(EarlyApplication.Foreign.class);
	}

	@Test
	void earlyClientIsBridgedAndAllSourcesTakePart() throws Exception {
		inEveryOrder("bean", this.foreign).forEach((first, output) -> {
			assertThat(output.get("sources")).as(first.name()).isEqualTo("[beanSource, Foreign, disk]");
			assertThat(output).as(first.name()).containsEntry("problems", "[]");
			for (String client : List.of("early", "decorated")) {
				assertThat(output).as(first.name())
					.containsEntry(client + ".in-bean", "10.1.1.1")
					.containsEntry(client + ".in-foreign", "10.2.2.2")
					.containsEntry(client + ".in-file", "10.9.9.9");
			}
		});
	}

	@Test
	void brokenProviderDisturbsNobody() throws Exception {
		inEveryOrder("plain", this.foreign, provider(EarlyApplication.Broken.class)).forEach((first, output) -> {
			assertThat(output.get("sources")).as(first.name()).isEqualTo("[Foreign, disk]");
			assertThat(output.get("problems")).as(first.name()).contains("Broken", "broken on purpose");
			assertThat(output).as(first.name())
				.containsEntry("early.in-bean", "10.2.2.2")
				.containsEntry("early.in-file", "10.9.9.9")
				.containsEntry("decorated.in-file", "10.9.9.9");
		});
	}

	@Test
	void disabledStarterLeavesTheFirstProviderOfTheClassPath() throws Exception {
		inEveryOrder("disabled", this.foreign).forEach((first, output) -> {
			assertThat(output).as(first.name()).doesNotContainKey("sources");
			// The client's own is in the same file as the client.
			boolean foreignIsFirst = first != First.NACOS_CLIENT;
			assertThat(output).as(first.name())
				.containsEntry("early.in-bean", foreignIsFirst ? "10.2.2.2" : "10.9.9.9")
				.containsEntry("early.in-file", foreignIsFirst ? "none" : "10.9.9.9");
		});
	}

	@Test
	void clientWithoutAnyContextUsesTheFirstProvider() throws Exception {
		Process process = start(First.FOREIGN, "stock", this.foreign);
		assertThat(output(First.FOREIGN, process)).containsEntry("early.in-foreign", "10.2.2.2")
			.containsEntry("early.in-file", "none");
	}

	/** A directory of the class path with a provider's entry. */
	private Path provider(Class<? extends FailoverDataSource> type) throws Exception {
		Path directory = this.temp.resolve("provider-" + type.getSimpleName());
		Path services = Files.createDirectories(directory.resolve("META-INF/services"));
		Files.writeString(services.resolve(FailoverDataSource.class.getName()), type.getName());
		return directory;
	}

	/** All at once, since most of what they do is wait for pauses of the client. */
	private Map<First, Map<String, String>> inEveryOrder(String mode, Path... providers) throws Exception {
		Map<First, Process> processes = new EnumMap<>(First.class);
		try {
			for (First first : First.values()) {
				processes.put(first, start(first, mode, providers));
			}
			Map<First, Map<String, String>> outputs = new EnumMap<>(First.class);
			for (First first : First.values()) {
				outputs.put(first, output(first, processes.get(first)));
			}
			return outputs;
		}
		finally {
			processes.values().forEach(Process::destroyForcibly);
		}
	}

	private Process start(First first, String mode, Path... providers) throws Exception {
		List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
				"-XX:TieredStopAtLevel=1", "-Duser.home=" + home(first), "-cp", first.classPath(providers),
				EarlyApplication.class.getName(), home(first).toString(), mode);
		return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out(first).toFile()).start();
	}

	private Map<String, String> output(First first, Process process) throws Exception {
		try {
			assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		assertThat(process.exitValue()).as(Files.readString(out(first))).isZero();
		return Files.readAllLines(out(first))
			.stream()
			.filter((line) -> line.matches("[a-z.-]+=.*"))
			.collect(Collectors.toMap((line) -> line.substring(0, line.indexOf('=')),
					(line) -> line.substring(line.indexOf('=') + 1), (one, other) -> other));
	}

	private Path home(First first) {
		return this.temp.resolve(first.name());
	}

	private Path out(First first) {
		return this.temp.resolve(first + ".txt");
	}

	/** Who comes first on the class path. */
	enum First {

		OURS, NACOS_CLIENT, FOREIGN;

		String classPath(Path... providers) {
			List<String> others = Arrays.stream(providers).map(Path::toString).toList();
			List<String> inherited = List.of(System.getProperty("java.class.path").split(File.pathSeparator));
			List<String> ours = inherited.stream().filter((entry) -> !isNacosClient(entry)).toList();
			List<String> client = inherited.stream().filter(First::isNacosClient).toList();
			assertThat(client).hasSize(1);
			List<String> all = new ArrayList<>();
			switch (this) {
				case OURS -> join(all, ours, others, client);
				case NACOS_CLIENT -> join(all, client, others, ours);
				case FOREIGN -> join(all, others, ours, client);
			}
			return String.join(File.pathSeparator, all);
		}

		@SafeVarargs
		private static void join(List<String> all, List<String>... parts) {
			for (List<String> part : parts) {
				all.addAll(part);
			}
		}

		private static boolean isNacosClient(String entry) {
			return new File(entry).getName().matches("nacos-client-[0-9].*");
		}

	}

}
