package io.github.nacosfailover.store.disk;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupTable;
import io.github.nacosfailover.store.SnapshotChange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two stores that know nothing of each other in one directory, as those of two processes
 * do; {@link CrashTests} has two processes.
 */
class SharedDirectoryTests extends DiskArchiveTestBase {

	private static final int SERVICES = 25;

	private DiskStore one;

	private DiskStore other;

	@BeforeEach
	void openTwice() throws Exception {
		files();
		Path link = Files.createSymbolicLink(this.temp.resolve("link"), directory());
		this.one = open();
		this.other = open(Watching.NOTIFIED, link);
		assertThat(this.other).isNotSameAs(this.one);
	}

	@Test
	void storesAddToTheDirectoryAndLeaveEachOthersServices() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(2);
		List<Future<?>> writers = new ArrayList<>();
		for (DiskStore store : List.of(this.one, this.other)) {
			String prefix = (store == this.one) ? "one" : "other";
			writers.add(threads.submit(() -> {
				for (int i = 0; i < 15; i++) {
					assertThat(
							store.archive()
								.write(new SnapshotChange(prefix + i, prefix,
										List.of(backup(prefix + i, "10.0.0.1:80"),
												backup(prefix, "10.0.1.%d:80".formatted(i))),
										Set.of(), false))
								.kept())
						.isEmpty();
				}
				return null;
			}));
		}
		for (Future<?> writer : writers) {
			writer.get();
		}
		threads.shutdown();
		for (DiskStore store : List.of(this.one, this.other)) {
			await().until(() -> store.state().backups().size() == 32);
			assertThat(store.archive().saved()).hasSize(32);
			assertThat(store.archive().manual()).isEmpty();
			assertThat(store.archive().snapshots().get(0).services()).isEqualTo(32);
			assertThat(addresses(store, "one")).containsExactly("10.0.1.14:80");
			assertThat(addresses(store, "other")).containsExactly("10.0.1.14:80");
			assertThat(store.problems()).isEmpty();
		}
	}

	@Test
	void sameDataOfTwoCopiesAreWrittenOnce() throws Exception {
		write(this.one, backup("orders", "10.0.0.1:80", "10.0.0.2:80"));
		assertThat(write(this.other, backup("orders", "10.0.0.2:80", "10.0.0.1:80")).snapshot()).isNull();
		assertThat(ids(this.other)).containsExactly("a");
		assertThat(this.other.archive().saved()).isEqualTo(this.one.archive().saved());
	}

	@Test
	void whatOneHasWrittenIsOursToTheOtherAtOnce() throws Exception {
		for (int i = 1; i <= 10; i++) {
			write(this.one, backup("orders", "10.0.0.%d:80".formatted(i)));
			assertThat(this.other.archive().manual()).isEmpty();
			assertThat(write(this.other, backup("orders", "10.0.1.%d:80".formatted(i))).kept()).isEmpty();
			assertThat(this.one.archive().manual()).isEmpty();
		}
	}

	@Test
	void nobodySeesHalfOfAWriteOrRestore() throws Exception {
		snapshot(this.one, "first", 1);
		this.one.archive().pin("first", true);
		snapshot(this.one, "second", 2);
		await().until(() -> this.other.state().backups().size() == SERVICES);
		this.other.state().backups().all().forEach((ref) -> ref.instances());
		Set<Set<String>> seen = new HashSet<>();
		for (DiskStore store : List.of(this.one, this.other)) {
			store.addListener(() -> {
				synchronized (seen) {
					seen.add(allAddresses(store.state().backups()));
				}
			});
		}
		for (int i = 0; i < 20; i++) {
			this.one.archive().restore("first", true, "f" + i, "ops");
			await().until(() -> allAddresses(this.other.state().backups()), Set.of("10.0.0.1:80")::equals);
			snapshot(this.one, "s" + i, 2);
			await().until(() -> allAddresses(this.other.state().backups()), Set.of("10.0.0.2:80")::equals);
		}
		synchronized (seen) {
			assertThat(seen).isSubsetOf(Set.of("10.0.0.1:80"), Set.of("10.0.0.2:80"));
			assertThat(seen).hasSize(2);
		}
	}

	private static Set<String> allAddresses(BackupTable backups) {
		Set<String> addresses = new HashSet<>();
		backups.all().forEach((ref) -> addresses.add(ref.get().all(null).get(0).toInetAddr()));
		return addresses;
	}

	private static void snapshot(DiskStore store, String id, int round) throws Exception {
		List<Backup> backups = new ArrayList<>();
		for (int i = 0; i < SERVICES; i++) {
			backups.add(backup(ServiceKey.of("g", "s" + i), "10.0.0.%d:80".formatted(round)));
		}
		store.archive().write(new SnapshotChange(id, "test", backups, Set.of(), false));
	}

}
