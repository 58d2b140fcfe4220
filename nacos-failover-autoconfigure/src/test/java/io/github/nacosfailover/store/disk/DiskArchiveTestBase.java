package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.SnapshotResult;

/**
 * An archive on the real file system.
 */
abstract class DiskArchiveTestBase extends DiskStoreTestBase {

	static final ServiceKey ORDERS_KEY = key("orders");

	static final ServiceKey PAYMENTS_KEY = key("payments");

	private int snapshots;

	static ServiceKey key(String service) {
		return ServiceKey.of(ServiceKey.DEFAULT_GROUP, service);
	}

	static Backup backup(String service, String... addresses) {
		return backup(key(service), addresses);
	}

	static Backup backup(ServiceKey key, String... addresses) {
		List<Instance> instances = new ArrayList<>();
		for (String address : addresses) {
			Instance instance = new Instance();
			instance.setIp(address.substring(0, address.indexOf(':')));
			instance.setPort(Integer.parseInt(address.substring(address.indexOf(':') + 1)));
			instance.setClusterName("DEFAULT");
			instance.setServiceName(key.toString());
			instance.addMetadata("zone", "a");
			instances.add(instance);
		}
		return Backup.copyOf(key, instances);
	}

	/** Takes a snapshot; the next one has the next letter as its id. */
	SnapshotResult write(DiskStore store, Backup... backups) throws IOException {
		return write(store, false, Set.of(), backups);
	}

	SnapshotResult force(DiskStore store, Backup... backups) throws IOException {
		return write(store, true, Set.of(), backups);
	}

	SnapshotResult write(DiskStore store, boolean force, Set<ServiceKey> removed, Backup... backups)
			throws IOException {
		String id = String.valueOf((char) ('a' + this.snapshots++));
		return store.archive().write(new SnapshotChange(id, "test", Arrays.asList(backups), removed, force));
	}

	static List<String> ids(DiskStore store) throws IOException {
		return store.archive().snapshots().stream().map(Snapshot::id).toList();
	}

	Path dataFile(String service) {
		return directory().resolve("DEFAULT_GROUP%40%40" + service);
	}

	Path archive() {
		return directory().resolve(FailoverFileNames.OWN_DIRECTORY).resolve("archive");
	}

	Path index() {
		return archive().resolve("index");
	}

	Path applied() {
		return archive().resolve("applied");
	}

	/** The files that contents are in, oldest first. */
	List<Path> zips() throws IOException {
		try (Stream<Path> files = Files.list(archive())) {
			return files.filter((file) -> file.toString().endsWith(".zip")).sorted().toList();
		}
	}

	Path newestZip() throws IOException {
		List<Path> files = zips();
		return files.get(files.size() - 1);
	}

	static String canonical(Backup backup) {
		return new String(BackupFormat.write(backup));
	}

}
