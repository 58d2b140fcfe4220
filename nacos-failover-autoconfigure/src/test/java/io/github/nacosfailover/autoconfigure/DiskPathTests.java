package io.github.nacosfailover.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.github.nacosfailover.engine.ClientOrigin;
import io.github.nacosfailover.spring.store.DirectoryPath;
import io.github.nacosfailover.spring.store.DiskStoreFactory;
import io.github.nacosfailover.spring.store.SharedStoreFactory;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.disk.Retention;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where the directory of a namespace is.
 */
class DiskPathTests {

	private static final Path CLIENT = Path.of("/home/me/nacos/naming/public/failover");

	@TempDir
	Path home;

	private @Nullable String path;

	@ParameterizedTest
	@CsvSource({ "public, public", "2f6a0b1e-58a4-4e0e-9d0c-0c6f0c2f1a11, 2f6a0b1e-58a4-4e0e-9d0c-0c6f0c2f1a11",
			"dev_1.a, dev_1.a", "../../etc, ..%2F..%2Fetc", ".., %2E%2E", "., %2E", "/etc, %2Fetc", "a\\b, a%5Cb" })
	void namespaceIsOneNameInThePathAndNeverLeadsOut(String namespace, String expected) {
		this.path = "/var/{namespace}/failover";
		assertThat(directory(namespace, null)).isEqualTo(Path.of("/var", expected, "failover"));
	}

	@ParameterizedTest
	@CsvSource({ "/x/{namespace}, , /x/public", "/x/{namespace}, prod, /x/public@prod",
			"/x/{registryDir}/{namespace}, , /x/default/public", "/x/{registryDir}/{namespace}, prod, /x/prod/public",
			"/x/{registryDir}-{namespace}, ../../etc, /x/..%2F..%2Fetc-public", "/x/{registryDir}, .., /x/%2E%2E",
			"/x/{namespace}, 'a/b *', /x/public@a%2Fb%20%2A" })
	void registryDirectoryIsTheNamespaceOrAPlaceholderOfItsOwn(String path, @Nullable String registryDirectory,
			String expected) {
		this.path = path;
		assertThat(directory("public", registryDirectory)).isEqualTo(Path.of(expected));
	}

	@Test
	void namesThatAreTooLongForAFileStayDifferent() {
		this.path = "/x/{namespace}";
		String name = "n".repeat(300);
		assertThat(directory(name, name).getFileName().toString()).hasSizeLessThanOrEqualTo(200);
		assertThat(directory(name, name)).isNotEqualTo(directory(name, name + "2"))
			.isNotEqualTo(directory(name + "2", name));
	}

	@Test
	void namespaceIdThatLooksLikeOneWithARegistryDirectoryIsAnotherOne() {
		this.path = "/x/{namespace}";
		assertThat(directory("public@prod", null)).isNotEqualTo(directory("public", "prod"));
	}

	private Path directory(String namespace, @Nullable String registryDirectory) {
		return new DirectoryPath(this.path).of(new ClientOrigin(namespace, registryDirectory, CLIENT, Set.of()));
	}

	@Test
	void userWithoutAHomeHasNoDirectoryBelowTheWorkingDirectory() throws Exception {
		assertThat(openElsewhere("-Duser.home=?")).contains("user.home is '?'")
			.contains("set nacos.failover.disk.path to an absolute directory, or start with -Duser.home")
			.contains("writable false")
			.contains("shared UnusableStore");
		assertThat(openElsewhere("-Duser.home=" + this.home)).contains("problems []").contains("shared SharedStore");
	}

	@Test
	void pathThatThePlatformCannotExpressIsAProblemAndNoException() throws Exception {
		assertThat(openElsewhere("-Dpath")).contains("cannot express")
			.contains("LC_ALL=C.UTF-8")
			.contains("writable false");
	}

	/** In a JVM that knows only ASCII names of files. */
	private String openElsewhere(String option) throws Exception {
		Path output = this.home.resolve("output");
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				option, "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
				DiskPathTests.class.getName(), this.home.toString());
		builder.environment().put("LC_ALL", "C");
		Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
		try {
			assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
			return Files.readString(output, StandardCharsets.ISO_8859_1);
		}
		finally {
			process.destroyForcibly();
		}
	}

	/**
	 * Opens stores where the properties say, and prints the result of it.
	 * @param arguments a directory
	 */
	public static void main(String[] arguments) {
		NacosFailoverProperties properties = new NacosFailoverProperties();
		if (System.getProperty("path") != null) {
			properties.getDisk().setPath(arguments[0] + "/\u00fcber/{namespace}");
		}
		properties.validate();
		Path client = Path.of(System.getProperty("user.home"), "nacos/naming/public/failover").toAbsolutePath();
		DiskStoreFactory factory = properties.getDisk().toFactory(Retention.DEFAULT);
		FailoverStore store = factory.open("public", client);
		System.out.println("writable " + store.isWritable());
		System.out.println("problems " + store.problems());
		FailoverStore shared = new SharedStoreFactory("redis", () -> {
			throw new IllegalStateException("not asked for");
		}, null, factory).open("public", client);
		System.out.println("shared " + (shared.problems().toString().contains("not asked for") ? "SharedStore"
				: shared.getClass().getSimpleName()));
		System.exit(0);
	}

	@Test
	void defaultIsTheDirectoryOfTheClient() {
		assertThat(directory("public", "prod")).isEqualTo(CLIENT);
	}

}
