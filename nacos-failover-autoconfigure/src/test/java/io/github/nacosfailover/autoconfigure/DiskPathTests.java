package io.github.nacosfailover.autoconfigure;

import java.nio.file.Path;
import java.util.Set;

import io.github.nacosfailover.engine.ClientOrigin;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where the directory of a namespace is.
 */
class DiskPathTests {

	private static final Path CLIENT = Path.of("/home/me/nacos/naming/public/failover");

	private final NacosFailoverProperties.Disk disk = new NacosFailoverProperties.Disk();

	@ParameterizedTest
	@CsvSource({ "public, public", "2f6a0b1e-58a4-4e0e-9d0c-0c6f0c2f1a11, 2f6a0b1e-58a4-4e0e-9d0c-0c6f0c2f1a11",
			"dev_1.a, dev_1.a", "../../etc, ..%2F..%2Fetc", ".., %2E%2E", "., %2E", "/etc, %2Fetc", "a\\b, a%5Cb" })
	void namespaceIsOneNameInThePathAndNeverLeadsOut(String namespace, String expected) {
		this.disk.setPath("/var/{namespace}/failover");
		assertThat(directory(namespace, null)).isEqualTo(Path.of("/var", expected, "failover"));
	}

	@ParameterizedTest
	@CsvSource({ "/x/{namespace}, , /x/public", "/x/{namespace}, prod, /x/public@prod",
			"/x/{registryDir}/{namespace}, , /x/default/public", "/x/{registryDir}/{namespace}, prod, /x/prod/public",
			"/x/{registryDir}-{namespace}, ../../etc, /x/..%2F..%2Fetc-public", "/x/{registryDir}, .., /x/%2E%2E",
			"/x/{namespace}, 'a/b *', /x/public@a%2Fb%20%2A" })
	void registryDirectoryIsTheNamespaceOrAPlaceholderOfItsOwn(String path, @Nullable String registryDirectory,
			String expected) {
		this.disk.setPath(path);
		assertThat(directory("public", registryDirectory)).isEqualTo(Path.of(expected));
	}

	@Test
	void namesThatAreTooLongForAFileStayDifferent() {
		this.disk.setPath("/x/{namespace}");
		String name = "n".repeat(300);
		assertThat(directory(name, name).getFileName().toString()).hasSizeLessThanOrEqualTo(200);
		assertThat(directory(name, name)).isNotEqualTo(directory(name, name + "2"))
			.isNotEqualTo(directory(name + "2", name));
	}

	@Test
	void namespaceIdThatLooksLikeOneWithARegistryDirectoryIsAnotherOne() {
		this.disk.setPath("/x/{namespace}");
		assertThat(directory("public@prod", null)).isNotEqualTo(directory("public", "prod"));
	}

	private Path directory(String namespace, @Nullable String registryDirectory) {
		return this.disk.directory(new ClientOrigin(namespace, registryDirectory, CLIENT, Set.of())).normalize();
	}

	@Test
	void defaultIsTheDirectoryOfTheClient() {
		assertThat(directory("public", "prod")).isEqualTo(CLIENT);
	}

}
