package io.github.nacosfailover.spring.store;

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

	private static final long MAX_FILE_SIZE = 1 << 24;

	private final List<Runnable> closing = new ArrayList<>();

	@TempDir
	Path home;

	@AfterEach
	void close() {
		this.closing.forEach(Runnable::run);
	}

	@Test
	void directoryIsOfOneNamespaceThoughALinkLeadsToIt() throws Exception {
		StoreFactory disk = disk(this.home + "/{namespace}");
		Files.createDirectory(this.home.resolve("public@prod"));
		Files.createSymbolicLink(this.home.resolve("public@test"), this.home.resolve("public@prod"));
		assertThat(open(disk, origin("prod", "prod"))).isNotInstanceOf(UnusableStore.class);
		assertUnusable(open(disk, origin("test", "test")), "namespace 'public@prod'");
		assertThat(open(disk, origin("dev", "dev"))).isNotInstanceOf(UnusableStore.class);
	}

	@Test
	void localCopiesOfTwoNamespacesAreNeverOne() {
		StoreFactory shared = shared(this.home.toString());
		assertThat(open(shared, origin("prod", "prod"))).isNotInstanceOf(UnusableStore.class);
		assertUnusable(open(shared, origin("test", "test")), "{namespace}");
		assertThat(shared.openLocal(origin("test", "test"))).isNull();
	}

	@Test
	void documentsAreOfOneNamespaceOfThisProcess() {
		StoreFactory shared = shared(null);
		assertThat(open(shared, origin(null, "prod"))).isNotInstanceOf(UnusableStore.class);
		assertUnusable(open(shared, origin(null, "test")), "namingCacheRegistryDir");
	}

	private static DiskStoreFactory disk(@Nullable String path) {
		return new DiskStoreFactory(new DirectoryPath(path), MAX_FILE_SIZE, Retention.DEFAULT);
	}

	private static SharedStoreFactory shared(@Nullable String path) {
		return new SharedStoreFactory("custom", InMemoryDocuments::new,
				ProcessSettings.of("a", Duration.ofMinutes(1), Duration.ofMinutes(1)), disk(path));
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
