package io.github.nacosfailover.store.disk;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The disk stores of this JVM, one per directory: two application contexts that use the
 * same directory see each other's changes at once.
 */
public final class DiskStores {

	private static final Map<Path, Use> stores = new HashMap<>();

	private DiskStores() {
	}

	/**
	 * Opens the store of a directory, which need not exist yet.
	 * @param directory the directory, absolute
	 * @param maxFileSize size in bytes from which on a data file is a problem; that of
	 * the first opener counts
	 * @return the store, to be released by {@link #close}
	 */
	public static DiskStore open(Path directory, long maxFileSize) {
		return open(directory, maxFileSize, Retention.DEFAULT);
	}

	/**
	 * Opens the store of a directory, which need not exist yet.
	 * @param directory the directory, absolute
	 * @param maxFileSize size in bytes from which on a data file is a problem; that of
	 * the first opener counts
	 * @param retention which snapshots its archive keeps; that of the first opener counts
	 * @return the store, to be released by {@link #close}
	 */
	public static DiskStore open(Path directory, long maxFileSize, Retention retention) {
		Path key = directory.normalize();
		synchronized (stores) {
			Use use = stores.get(key);
			if (use == null) {
				use = new Use(new DiskStore(key, maxFileSize, retention));
				stores.put(key, use);
				DirectoryWatch.add(use.store);
			}
			use.count++;
			return use.store;
		}
	}

	/**
	 * Releases a store. The last release ends the watch of its directory.
	 * @param store the store
	 */
	public static void close(DiskStore store) {
		synchronized (stores) {
			Use use = stores.get(store.directory());
			if (use != null && use.store == store && --use.count == 0) {
				stores.remove(store.directory());
				DirectoryWatch.remove(store);
				store.close();
			}
		}
	}

	private static final class Use {

		private final DiskStore store;

		private int count;

		Use(DiskStore store) {
			this.store = store;
		}

	}

}
