package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import com.alibaba.nacos.client.env.NacosClientProperties;
import com.alibaba.nacos.client.naming.backups.datasource.DiskFailoverDataSource;
import com.alibaba.nacos.client.naming.utils.CacheDirUtil;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.testsupport.FailoverFiles;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * The switch as the store writes it.
 */
class DiskStoreWriteTests extends DiskStoreTestBase {

	private static final SwitchState ON = new SwitchState(true, Instant.parse("2026-11-23T02:49:00.123456Z"), "ops",
			"Umbau der Datenbank – 升级", Instant.parse("2026-11-23T03:19:00Z"));

	private static final SwitchState OFF = new SwitchState(false, Instant.parse("2026-11-23T03:00:00Z"), "ops", null,
			null);

	@Test
	void writtenSwitchIsVisibleAtOnceAndListenersHaveBeenCalled() throws Exception {
		files();
		DiskStore store = open();
		AtomicInteger calls = new AtomicInteger();
		store.addListener(calls::incrementAndGet);
		store.writeSwitch(ON);
		assertThat(store.state().failoverSwitch()).isEqualTo(ON);
		assertThat(calls).hasValue(1);
		assertThat(switchFile()).hasContent("1");
		store.writeSwitch(OFF);
		assertThat(store.state().failoverSwitch()).isEqualTo(OFF);
		assertThat(calls).hasValue(2);
		assertThat(switchFile()).hasContent("0");
	}

	@Test
	void readerSeesTheOldOrTheNewContentAndNothingElse() throws Exception {
		files();
		DiskStore store = open();
		store.writeSwitch(OFF);
		Set<String> seen = ConcurrentHashMap.newKeySet();
		AtomicBoolean end = new AtomicBoolean();
		Thread reader = new Thread(() -> {
			while (!end.get()) {
				try {
					seen.add(Files.readString(switchFile()));
				}
				catch (IOException ex) {
					seen.add(ex.toString());
				}
			}
		});
		reader.start();
		for (int i = 0; i < 30; i++) {
			store.writeSwitch(ON);
			store.writeSwitch(OFF);
		}
		await().until(() -> seen.size() >= 2);
		end.set(true);
		reader.join();
		assertThat(seen).containsExactlyInAnyOrder("0\n", "1\n");
	}

	@Test
	void modificationTimeGrowsWithEveryWriteInMilliseconds() throws Exception {
		files();
		DiskStore store = open();
		long last = 0;
		for (int i = 0; i < 10; i++) {
			store.writeSwitch((i % 2 == 0) ? ON : OFF);
			long modified = Files.getLastModifiedTime(switchFile()).toMillis();
			assertThat(modified).isGreaterThan(last);
			last = modified;
		}
	}

	@Test
	void modificationTimeGrowsEvenIfTheOldOneIsInTheFuture() throws Exception {
		files().off();
		Instant future = Instant.now().plusSeconds(86400);
		Files.setLastModifiedTime(switchFile(), FileTime.from(future));
		DiskStore store = open();
		store.writeSwitch(ON);
		assertThat(Files.getLastModifiedTime(switchFile()).toMillis()).isGreaterThan(future.toEpochMilli());
	}

	@Test
	void authorAndReasonSurviveReopening() throws Exception {
		DiskStore store = open();
		store.writeSwitch(ON);
		DiskStores.close(store);
		DiskStore again = open();
		assertThat(again).isNotSameAs(store);
		assertThat(again.state().failoverSwitch()).isEqualTo(ON);
	}

	@Test
	void authorIsFileAfterAnEditByHand() throws Exception {
		DiskStore store = open();
		store.writeSwitch(ON);
		files().write(FailoverFiles.SWITCH, "1\n");
		await().until(() -> "file".equals(store.state().failoverSwitch().by()));
		SwitchState edited = store.state().failoverSwitch();
		assertThat(edited.enabled()).isTrue();
		assertThat(edited.reason()).isNull();
		assertThat(edited.until()).isNull();
		DiskStores.close(store);
		assertThat(open().state().failoverSwitch().by()).isEqualTo("file");
	}

	@Test
	void damagedNoteSaysNothingAboutTheSwitch() throws Exception {
		DiskStore store = open();
		store.writeSwitch(ON);
		DiskStores.close(store);
		Files.writeString(ownDirectory().resolve("switch.json"), "{\"enabled\":true,\"modified\":\"yesterday\"");
		SwitchState state = open().state().failoverSwitch();
		assertThat(state.enabled()).isTrue();
		assertThat(state.by()).isEqualTo("file");
	}

	@Test
	void nothingButSwitchDataAndOneSubdirectoryIsEverInTheDirectory() throws Exception {
		files().service("orders", "10.0.0.1:80");
		DiskStore store = open();
		Set<String> seen = ConcurrentHashMap.newKeySet();
		AtomicBoolean end = new AtomicBoolean();
		Thread lister = new Thread(() -> {
			while (!end.get()) {
				seen.addAll(names(directory()));
			}
		});
		lister.start();
		for (int i = 0; i < 10; i++) {
			store.writeSwitch(ON);
			store.writeSwitch(OFF);
		}
		end.set(true);
		lister.join();
		assertThat(seen).contains(FailoverFiles.SWITCH)
			.isSubsetOf(FailoverFiles.SWITCH, ORDERS, FailoverFileNames.OWN_DIRECTORY);
		assertThat(names(ownDirectory())).containsExactlyInAnyOrder("switch.json", "switch.lock", "directory");
	}

	@Test
	void temporaryFilesOfAWriterThatDiedAreCleanedUp() throws Exception {
		DiskStore store = open();
		store.writeSwitch(ON);
		Path stale = Files.createFile(ownDirectory().resolve("0b5e.tmp"));
		Files.setLastModifiedTime(stale, FileTime.from(Instant.now().minusSeconds(3600)));
		Path fresh = Files.createFile(ownDirectory().resolve("1c6f.tmp"));
		store.writeSwitch(OFF);
		assertThat(stale).doesNotExist();
		assertThat(fresh).exists();
	}

	@Test
	void temporaryFilesAreCleanedUpWhenTheWriteFails() throws Exception {
		files().service("orders", "10.0.0.1:80");
		Files.createDirectories(switchFile().resolve("not-empty"));
		DiskStore store = open();
		assertThatIOException().isThrownBy(() -> store.writeSwitch(ON))
			.withMessageContaining(directory().toString())
			.withMessageContaining("move it away");
		assertThat(isOn(store)).isFalse();
		assertThat(names(ownDirectory())).allMatch((name) -> !name.endsWith(".tmp"));
	}

	@Test
	void messageOfEachAttemptIsTheSame() {
		Path work = ownDirectory().resolve("snapshots/work");
		for (int attempt = 0; attempt < 2; attempt++) {
			String file = work.resolve(UUID.randomUUID() + NewFile.SUFFIX).toString();
			assertThat(WriteFailure.explain(new FileSystemException(file, null, "No space left on device")))
				.isEqualTo("%s: the disk is full; make room".formatted(work));
		}
	}

	@Test
	void servicesInUseThatCannotBeWrittenNamePlaceAndCureTheSameEachTime() throws Exception {
		Files.createDirectories(ownDirectory().resolve("in-use.json/in-the-way"));
		DiskUsageLog usage = new DiskUsageLog(directory());
		for (int attempt = 0; attempt < 2; attempt++) {
			assertThatIOException()
				.isThrownBy(() -> usage.add(Set.of(ServiceKey.of("DEFAULT_GROUP", "orders")), LocalDate.EPOCH))
				.withMessageStartingWith("The list of services in use in " + directory() + " cannot be written: ")
				.withMessageEndingWith("move it away");
		}
	}

	@Test
	void messageNamesPlaceAndCureWhenAFileIsInPlaceOfTheDirectory() throws Exception {
		Files.writeString(directory(), "in the way");
		DiskStore store = open();
		assertThatIOException().isThrownBy(() -> store.writeSwitch(ON))
			.withMessageContaining("The switch in " + directory())
			.withMessageContaining("a file")
			.withMessageContaining("move it away");
		assertThat(isOn(store)).isFalse();
		assertThat(directory()).hasContent("in the way");
	}

	@Test
	void messageNamesPlaceAndCureWhenAFileIsInPlaceOfAParentDirectory() throws Exception {
		Path file = Files.writeString(this.temp.resolve("file"), "in the way");
		DiskStore store = open(Watching.NOTIFIED, file.resolve("nacos/failover"));
		assertThatIOException().isThrownBy(() -> store.writeSwitch(ON))
			.withMessageContaining(file.toString())
			.withMessageContaining("move it away");
	}

	@Test
	void messageNamesPlaceAndCureWhenTheSwitchIsALinkToNowhere() throws Exception {
		files();
		Files.createSymbolicLink(switchFile(), this.temp.resolve("nowhere/switch"));
		DiskStore store = open();
		assertThatIOException().isThrownBy(() -> store.writeSwitch(ON))
			.withMessageContaining(directory().toString())
			.withMessageContaining("delete the symbolic link");
	}

	@Test
	void directoryIsCreatedWhenMissing() throws Exception {
		DiskStore store = open(Watching.NOTIFIED, this.temp.resolve("a/b/failover"));
		store.writeSwitch(ON);
		assertThat(store.directory().resolve(FailoverFiles.SWITCH)).hasContent("1");
		files();
		new FailoverFiles(store.directory()).off();
		awaitOff(store);
	}

	@Test
	void directoryMayBeASymbolicLink() throws Exception {
		FailoverFiles real = new FailoverFiles(this.temp.resolve("real"));
		Files.createSymbolicLink(directory(), real.directory());
		DiskStore store = open();
		store.writeSwitch(ON);
		assertThat(real.directory().resolve(FailoverFiles.SWITCH)).hasContent("1");
		assertThat(directory()).isSymbolicLink();
		assertThat(store.state().failoverSwitch()).isEqualTo(ON);
	}

	@Test
	void stockClientReadsTheSwitchAndTheData() throws Exception {
		Path home = this.temp.resolve("home");
		NacosClientProperties properties = NacosClientProperties.PROTOTYPE.derive();
		properties.setProperty("JM.SNAPSHOT.PATH", home.toString());
		Path directory = Path.of(CacheDirUtil.initCacheDir("public", properties), "failover");
		DiskFailoverDataSource stock = new DiskFailoverDataSource();
		DiskStore store = open(Watching.NOTIFIED, directory);
		new FailoverFiles(directory).write(ORDERS,
				FailoverFiles.json("orders", "10.0.0.1:80").replaceAll("\\s*\\R\\s*", ""));
		assertThat(stock.getSwitch().getEnabled()).isFalse();
		for (int i = 0; i < 10; i++) {
			store.writeSwitch(ON);
			assertThat(stock.getSwitch().getEnabled()).isTrue();
			assertThat(stock.getFailoverData()).containsOnlyKeys("DEFAULT_GROUP@@orders");
			store.writeSwitch(OFF);
			assertThat(stock.getSwitch().getEnabled()).isFalse();
		}
	}

	private Path switchFile() {
		return directory().resolve(FailoverFiles.SWITCH);
	}

	private Path ownDirectory() {
		return directory().resolve(FailoverFileNames.OWN_DIRECTORY);
	}

	private static List<String> names(Path directory) {
		try (Stream<Path> files = Files.list(directory)) {
			return files.map((file) -> file.getFileName().toString()).toList();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
