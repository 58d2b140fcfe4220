package io.github.nacosfailover.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.github.nacosfailover.engine.ClientOrigin;
import io.github.nacosfailover.engine.FailoverEngine.StoreFactory;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.UnusableStore;
import io.github.nacosfailover.store.disk.Retention;
import io.github.nacosfailover.testsupport.InMemoryDocuments;
import io.github.nacosfailover.testsupport.ProcessSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stores of namespaces that could be taken for one.
 */
class StoreFactoryTests {

	private final NacosFailoverProperties.Disk properties = new NacosFailoverProperties.Disk();

	private final DiskStoreFactory disk = new DiskStoreFactory(this.properties, Retention.DEFAULT);

	private final SharedStoreFactory shared = new SharedStoreFactory("custom", InMemoryDocuments::new,
			ProcessSettings.of("a", Duration.ofMinutes(1), Duration.ofMinutes(1)), this.disk);

	private final List<Runnable> closing = new ArrayList<>();

	@TempDir
	Path home;

	@AfterEach
	void close() {
		this.closing.forEach(Runnable::run);
	}

	@Test
	void directoryIsOfOneNamespaceThoughALinkLeadsToIt() throws Exception {
		this.properties.setPath(this.home + "/{namespace}");
		Files.createDirectory(this.home.resolve("public@prod"));
		Files.createSymbolicLink(this.home.resolve("public@test"), this.home.resolve("public@prod"));
		assertThat(open(this.disk, origin("prod", "prod"))).isNotInstanceOf(UnusableStore.class);
		assertUnusable(open(this.disk, origin("test", "test")), "namespace 'public@prod'");
		assertThat(open(this.disk, origin("dev", "dev"))).isNotInstanceOf(UnusableStore.class);
	}

	@Test
	void localCopiesOfTwoNamespacesAreNeverOne() {
		this.properties.setPath(this.home.toString());
		assertThat(open(this.shared, origin("prod", "prod"))).isNotInstanceOf(UnusableStore.class);
		assertUnusable(open(this.shared, origin("test", "test")), "{namespace}");
		assertThat(this.shared.openLocal(origin("test", "test"))).isNull();
	}

	@Test
	void documentsAreOfOneNamespaceOfThisProcess() {
		assertThat(open(this.shared, origin(null, "prod"))).isNotInstanceOf(UnusableStore.class);
		assertUnusable(open(this.shared, origin(null, "test")), "namingCacheRegistryDir");
	}

	private FailoverStore open(StoreFactory factory, ClientOrigin origin) {
		FailoverStore store = factory.open(origin);
		this.closing.add(() -> factory.close(store));
		return store;
	}

	private ClientOrigin origin(@Nullable String registryDirectory, String client) {
		return new ClientOrigin("public", registryDirectory, this.home.resolve(client), Set.of());
	}

	private static void assertUnusable(FailoverStore store, String message) {
		assertThat(store).isInstanceOf(UnusableStore.class);
		assertThat(store.problems()).extracting(Problem::message)
			.singleElement()
			.asString()
			.contains("no store")
			.contains(message);
	}

}
