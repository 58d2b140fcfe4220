package io.github.nacosfailover.store.disk;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Names of services that are hard on files.
 */
class DataFileNamesTests extends DiskArchiveTestBase {

	private static final String LONG = "long-".repeat(50) + "订单";

	@ParameterizedTest
	@CsvSource({ "DEFAULT_GROUP, orders, DEFAULT_GROUP%40%40orders",
			"a/b, ../../etc/passwd, a%2Fb%40%40..%2F..%2Fetc%2Fpasswd", "g, .., g%40%40..", "g, 100%, g%40%40100%25",
			"g, %2F, g%40%40%252F", "g, a\\b, g%40%40a%5Cb", "g, 订单, g%40%40%E8%AE%A2%E5%8D%95",
			"g, a b+c, g%40%40a+b%2Bc", "g, a~, g%40%40a%7E", "#g, a, %23g%40%40a" })
	void documentedNameIsKeptWhereItIsPossible(String group, String service, String expected) {
		assertThat(new DataFileNames(false, Set.of()).choose(ServiceKey.of(group, service))).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource({ "., a, %2E%40%40a", ".., .., %2E.%40%40..", ".git, config, %2Egit%40%40config",
			"g, meta, g%40%40%6Deta", "g, special-url, g%40%40%73pecial-url" })
	void nameThatWouldBePassedOverIsSpelledInAnotherWay(String group, String service, String expected) {
		ServiceKey key = ServiceKey.of(group, service);
		String name = new DataFileNames(false, Set.of()).choose(key);
		assertThat(FailoverFileNames.isIgnored(FailoverFileNames.encode(key))).isTrue();
		assertThat(FailoverFileNames.isIgnored(name)).isFalse();
		assertThat(FailoverFileNames.decode(name)).isEqualTo(key);
		assertThat(name).isEqualTo(expected);
	}

	@Test
	void nameThatNoFileCanTellIsRefused() {
		DataFileNames names = new DataFileNames(false, Set.of());
		assertThat(names.choose(ServiceKey.of("g", "a@@b"))).isNull();
		assertThat(names.choose(ServiceKey.of("g@@h", "a"))).isNull();
		assertThat(names.choose(ServiceKey.of("g", "\uD800"))).isNull();
		assertThat(names.choose(ServiceKey.of(" ", "a"))).isNull();
	}

	@Test
	void clustersCannotEscapeEither() {
		DataFileNames names = new DataFileNames(false, Set.of());
		assertThat(names.choose(new ServiceKey("g", "a", "A,B"))).isEqualTo("g%40%40a@@A,B");
		String name = names.choose(new ServiceKey("g", "a", "../../x"));
		assertThat(name).doesNotContain("/");
		assertThat(FailoverFileNames.decode(name)).isEqualTo(new ServiceKey("g", "a", "../../x"));
	}

	@Test
	void namesThatDifferInCaseOnlyAreKeptApartIfTheFileSystemDoesNot() {
		DataFileNames names = new DataFileNames(true, List.of("g%40%40Orders"));
		List<ServiceKey> keys = Stream.of("orders", "ORDERS", "oRders", "orderS")
			.map((s) -> ServiceKey.of("g", s))
			.toList();
		Set<String> folded = new HashSet<>(Set.of("g%40%40orders"));
		for (ServiceKey key : keys) {
			String name = names.choose(key);
			assertThat(FailoverFileNames.decode(name)).isEqualTo(key);
			assertThat(folded.add(name.toLowerCase(Locale.ROOT))).as(name).isTrue();
			assertThat(names.choose(key)).isEqualTo(name);
		}
		assertThat(names.choose(ServiceKey.of("g", "Orders"))).isEqualTo("g%40%40Orders");
		assertThat(names.choose(ServiceKey.of("g", "payments"))).isEqualTo("g%40%40payments");
	}

	@Test
	void servicesOfAllNamesAreWrittenServedAndBroughtBack() throws Exception {
		List<ServiceKey> keys = List.of(ServiceKey.of("..", ".."), ServiceKey.of("a/b", "../../../escaped"),
				ServiceKey.of("g", "meta"), ServiceKey.of("G", "meta"), ServiceKey.of(".g", "orders"),
				ServiceKey.of("g", LONG), ServiceKey.of("g", LONG + "2"), ServiceKey.of("订单", "100%/\\:*?\"<>|"),
				ServiceKey.of("DEFAULT_GROUP", "orders"), ServiceKey.of("DEFAULT_GROUP", "Orders"));
		files();
		Set<Path> before = outside();
		DiskStore store = open();
		write(store, backups(keys, "10.0.0.1:80"));
		assertServed(store, keys, "10.0.0.1:80");
		write(store, backups(keys, "10.0.0.2:80"));
		assertServed(store, keys, "10.0.0.2:80");
		DiskStores.close(store);
		store = open();
		assertServed(store, keys, "10.0.0.2:80");
		assertThat(store.archive().saved()).hasSize(keys.size());
		assertThat(store.archive().manual()).isEmpty();
		store.archive().restore("a", true, "x", "ops");
		assertServed(store, keys, "10.0.0.1:80");
		DiskStore watching = store;
		await().until(() -> !watching.isSettling());
		assertThat(store.problems()).isEmpty();
		assertThat(outside()).isEqualTo(before);
	}

	@Test
	void fileOfALongNameIsWatchedAndVerified() throws Exception {
		DiskStore store = open();
		ServiceKey key = ServiceKey.of("g", LONG);
		write(store, backup(key, "10.0.0.1:80"));
		Path file = directory().resolve(DataFileNames.longName(key));
		Files.writeString(file, canonical(backup(key, "10.9.9.9:80")));
		await().until(() -> addresses(store, key), List.of("10.9.9.9:80")::equals);
		assertThat(store.archive().manual()).containsExactly(key);
		Files.writeString(file.resolveSibling("misplaced"), canonical(backup(key, "10.9.9.8:80")));
		store.scan();
		assertThat(problemsAt(store, "misplaced").get(0)).contains("not named after a service");
		Files.delete(file);
		await().until(() -> addresses(store, key), List::isEmpty);
	}

	private static Backup[] backups(List<ServiceKey> keys, String address) {
		return keys.stream().map((key) -> backup(key, address)).toArray(Backup[]::new);
	}

	private static void assertServed(DiskStore store, List<ServiceKey> keys, String address) {
		assertThat(store.state().backups().size()).isEqualTo(keys.size());
		for (ServiceKey key : keys) {
			assertThat(addresses(store, key)).as(key.toString()).containsExactly(address);
		}
	}

	private static List<String> addresses(DiskStore store, ServiceKey key) {
		List<String> addresses = new ArrayList<>();
		if (store.state().backups().find(key) != null) {
			store.state()
				.backups()
				.find(key)
				.get()
				.all(null)
				.forEach((instance) -> addresses.add(instance.toInetAddr()));
		}
		return addresses;
	}

	private Set<Path> outside() throws Exception {
		try (Stream<Path> files = Files.walk(this.temp)) {
			return Set.copyOf(files.filter((file) -> !file.startsWith(directory())).toList());
		}
	}

}
