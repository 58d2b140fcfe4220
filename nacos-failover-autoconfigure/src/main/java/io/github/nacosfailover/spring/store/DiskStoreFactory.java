package io.github.nacosfailover.spring.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import io.github.nacosfailover.engine.ClientOrigin;
import io.github.nacosfailover.engine.FailoverEngine.StoreFactory;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.UnusableStore;
import io.github.nacosfailover.store.disk.DiskStore;
import io.github.nacosfailover.store.disk.DiskStores;
import io.github.nacosfailover.store.disk.Retention;
import org.jspecify.annotations.Nullable;

/**
 * Opens disk stores where the properties say. A directory is of one namespace.
 */
public class DiskStoreFactory implements StoreFactory {

	private final DirectoryPath path;

	private final long maxFileSize;

	private final Retention retention;

	private final Map<Path, ClientOrigin> namespaces = new HashMap<>();

	/**
	 * Creates a factory.
	 * @param path where the directories are
	 * @param maxFileSize the size from which on a data file is a problem
	 * @param retention which snapshots are kept
	 */
	public DiskStoreFactory(DirectoryPath path, long maxFileSize, Retention retention) {
		this.path = path;
		this.maxFileSize = maxFileSize;
		this.retention = retention;
	}

	@Override
	public FailoverStore open(String namespace, Path clientDirectory) {
		return open(new ClientOrigin(namespace, clientDirectory));
	}

	@Override
	public FailoverStore open(ClientOrigin origin) {
		String fault = findFault(origin);
		if (fault != null) {
			return new UnusableStore("disk", location(origin), fault);
		}
		String taken = take(origin);
		Path directory = directory(origin);
		return (taken != null) ? new UnusableStore("disk", directory.toString(), taken)
				: DiskStores.open(directory, this.maxFileSize, this.retention);
	}

	/**
	 * Takes the directory of a namespace for it alone.
	 * @param origin which registry the clients of the namespace are for
	 * @return why that is not possible, with the cure, or {@code null} if it is
	 */
	synchronized @Nullable String take(ClientOrigin origin) {
		Path directory = directory(origin);
		for (Map.Entry<Path, ClientOrigin> taken : this.namespaces.entrySet()) {
			ClientOrigin other = taken.getValue();
			if (!isSameNamespace(origin, other) && isSame(directory, taken.getKey())) {
				return ("nacos.failover.disk.path is the directory of namespace '%s' already, so this one gets no store; "
						+ "%s")
					.formatted(other.name(), cure(origin, other));
			}
		}
		this.namespaces.putIfAbsent(directory, origin);
		return null;
	}

	private static boolean isSameNamespace(ClientOrigin origin, ClientOrigin other) {
		return origin.name().equals(other.name()) && origin.directory().equals(other.directory());
	}

	private static String cure(ClientOrigin origin, ClientOrigin other) {
		return origin.name().equals(other.name()) ? "give its clients a namingCacheRegistryDir of their own"
				: "add '{namespace}' to it, which tells registry directories apart, too";
	}

	/** Links, and file systems to which upper and lower case are the same. */
	private static boolean isSame(Path directory, Path other) {
		if (directory.equals(other)) {
			return true;
		}
		try {
			return Files.exists(directory) && Files.exists(other) && Files.isSameFile(directory, other);
		}
		catch (IOException ex) {
			return directory.toString().equalsIgnoreCase(other.toString());
		}
	}

	/**
	 * Why a namespace can have no directory.
	 * @param origin which registry the clients of the namespace are for
	 * @return what is wrong and what to do, or {@code null} if it can
	 */
	@Nullable String findFault(ClientOrigin origin) {
		return this.path.findFault(origin.directory());
	}

	String location(ClientOrigin origin) {
		return this.path.location(origin);
	}

	Path directory(ClientOrigin origin) {
		return this.path.of(origin);
	}

	@Override
	public void close(FailoverStore store) {
		if (store instanceof DiskStore diskStore) {
			DiskStores.close(diskStore);
		}
	}

}
