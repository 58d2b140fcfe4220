package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.testsupport.FailoverFiles;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A failover directory on the real file system and stores that watch it.
 */
abstract class DiskStoreTestBase {

	static final long MAX_FILE_SIZE = 64 * 1024;

	static final String ORDERS = "DEFAULT_GROUP%40%40orders";

	static final String PAYMENTS = "DEFAULT_GROUP%40%40payments";

	@TempDir
	Path temp;

	private final List<DiskStore> opened = new ArrayList<>();

	Path directory() {
		return this.temp.resolve("failover");
	}

	FailoverFiles files() {
		return new FailoverFiles(directory());
	}

	DiskStore open() {
		return open(Watching.NOTIFIED, directory());
	}

	DiskStore open(Watching watching) {
		return open(watching, directory());
	}

	DiskStore open(Watching watching, Path directory) {
		DirectoryWatch.useNotification(watching == Watching.NOTIFIED);
		return register(DiskStores.open(directory, MAX_FILE_SIZE));
	}

	DiskStore register(DiskStore store) {
		this.opened.add(store);
		return store;
	}

	@AfterEach
	void closeStores() {
		this.opened.forEach(DiskStores::close);
		DirectoryWatch.useNotification(true);
	}

	static ConditionFactory await() {
		return Awaitility.await().pollInterval(Duration.ofMillis(10));
	}

	static boolean isOn(DiskStore store) {
		return store.state().failoverSwitch().enabled();
	}

	static void awaitOn(DiskStore store) {
		await().until(() -> isOn(store));
	}

	static void awaitOff(DiskStore store) {
		await().until(() -> !isOn(store));
	}

	static List<String> addresses(DiskStore store, String service) {
		BackupRef found = store.state().backups().find(ServiceKey.DEFAULT_GROUP, service);
		Backup backup = (found != null) ? found.get() : null;
		List<Instance> all = (backup != null) ? backup.all(null) : null;
		return (all != null) ? all.stream().map(Instance::toInetAddr).toList() : List.of();
	}

	static void awaitAddresses(DiskStore store, String service, String... expected) {
		await().until(() -> addresses(store, service), List.of(expected)::equals);
	}

	/** Waits until the content of every file is known, as it is soon after the start. */
	static void awaitAllRead(DiskStore store) {
		await().until(() -> store.state().backups().all().stream().allMatch((ref) -> ((DiskBackup) ref).isRead()));
	}

	static List<String> problemsAt(DiskStore store, String fileName) {
		return store.problems()
			.stream()
			.filter((problem) -> problem.location().endsWith("/" + fileName))
			.map(Problem::message)
			.toList();
	}

	static void awaitProblemAt(DiskStore store, String fileName, String text) {
		await().until(() -> problemsAt(store, fileName), (found) -> found.size() == 1 && found.get(0).contains(text));
	}

	static void awaitNoProblems(DiskStore store) {
		await().until(store::problems, List::isEmpty);
	}

	static void replaceByRename(Path target, String content) throws IOException {
		Path next = target.resolveSibling("." + target.getFileName() + ".next");
		Files.writeString(next, content);
		Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
	}

	/** How a store learns of changes. */
	enum Watching {

		/** The file system reports them. */
		NOTIFIED,

		/** Nothing is reported. */
		POLLED

	}

}
