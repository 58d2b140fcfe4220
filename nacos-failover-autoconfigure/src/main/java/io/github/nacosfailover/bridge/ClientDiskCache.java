package io.github.nacosfailover.bridge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.InvalidBackupException;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.disk.FailoverFileNames;
import org.jspecify.annotations.Nullable;

/**
 * The disk cache of an undecorated client: it writes what the server pushes to a file
 * beside the failover directory.
 */
final class ClientDiskCache {

	private ClientDiskCache() {
	}

	static @Nullable List<Instance> read(Path cacheDirectory, ServiceKey key) {
		try {
			byte[] content = Files.readAllBytes(cacheDirectory.resolve(FailoverFileNames.encode(key)));
			return BackupFormat.read(key, content).backup().toServiceInfo().getHosts();
		}
		catch (IOException | InvalidBackupException | RuntimeException ex) {
			return null;
		}
	}

	/**
	 * Read a service unless its file is older than the client, and so may be outdated.
	 */
	static @Nullable List<Instance> readSince(Instant start, Path cacheDirectory, ServiceKey key) {
		try {
			Path file = cacheDirectory.resolve(FailoverFileNames.encode(key));
			return Files.getLastModifiedTime(file).toInstant().isBefore(start) ? null : read(cacheDirectory, key);
		}
		catch (IOException | RuntimeException ex) {
			return null;
		}
	}

}
