package io.github.nacosfailover.autoconfigure;

import java.nio.file.Path;

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
		assertThat(this.disk.directory(namespace, CLIENT).normalize()).isEqualTo(Path.of("/var", expected, "failover"));
	}

	@Test
	void defaultIsTheDirectoryOfTheClient() {
		assertThat(this.disk.directory("public", CLIENT)).isEqualTo(CLIENT);
	}

}
