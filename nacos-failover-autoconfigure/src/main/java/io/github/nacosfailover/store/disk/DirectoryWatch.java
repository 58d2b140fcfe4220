package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.nacosfailover.thread.DaemonThreads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the directories of all disk stores on one thread, which lives as long as there
 * is a store.
 * <p>
 * Where the file system is known to report changes, a store looks at what was reported,
 * and once in 800 ms at the directory, the switch and files behind symbolic links, which
 * may change unreported. Every file is looked at as often in a directory of few files,
 * since a single file that is mounted from elsewhere changes unreported, and every few
 * minutes in one of many. On any other file system (a network mount, say) every file is
 * looked at twice a second.
 */
final class DirectoryWatch implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(DirectoryWatch.class);

	/** File systems of a local kernel, which reports every change made through it. */
	private static final Set<String> REPORTING = Set.of("ext2", "ext3", "ext4", "xfs", "btrfs", "tmpfs", "overlay",
			"zfs", "f2fs", "jfs", "ramfs", "ntfs");

	private static final long TICK = TimeUnit.MILLISECONDS.toNanos(250);

	private static final long TICK_IF_REPORTING = TimeUnit.MILLISECONDS.toNanos(800);

	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

	private static final long SETTLING_TICK = TimeUnit.MILLISECONDS.toNanos(60);

	private static final long SCAN_IF_SILENT = TimeUnit.MILLISECONDS.toNanos(500);

	private static final long SCAN_IF_REPORTING = TimeUnit.MINUTES.toNanos(10);

	/** Complete scans may take at most a two-thousandth of the time. */
	private static final long SCAN_COST = 2000;

	private static final long VERIFY_BUDGET = TimeUnit.MILLISECONDS.toNanos(25);

	private static @Nullable DirectoryWatch current;

	private static boolean notification = true;

	/** Replaced as a whole, under the lock of this class. */
	private volatile Map<DiskStore, Watched> stores = Map.of();

	private final @Nullable WatchService watchService;

	/** Usually one. */
	private final ExecutorService threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS,
			new SynchronousQueue<>(), DaemonThreads.numbered("nacos-failover-look"));

	private volatile boolean ended;

	private DirectoryWatch(@Nullable WatchService watchService) {
		this.watchService = watchService;
	}

	/**
	 * Decides whether to ask for change notification. It takes effect with the next first
	 * store.
	 * @param wanted {@code false} to look for changes as if there were none
	 */
	static synchronized void useNotification(boolean wanted) {
		notification = wanted;
	}

	/**
	 * Whether a file is on a file system of the local kernel.
	 * @param file the file
	 * @return {@code false} if not, or if that is not known
	 * @throws IOException if it cannot be looked at
	 */
	static boolean isLocal(Path file) throws IOException {
		return REPORTING.contains(Files.getFileStore(file).type().toLowerCase(Locale.ROOT));
	}

	static synchronized void add(DiskStore store) {
		if (current == null) {
			current = new DirectoryWatch(notification ? newWatchService() : null);
			DaemonThreads.create("nacos-failover-files", current).start();
		}
		Map<DiskStore, Watched> stores = new LinkedHashMap<>(current.stores);
		stores.put(store, new Watched());
		current.stores = stores;
	}

	static synchronized void remove(DiskStore store) {
		if (current == null) {
			return;
		}
		Map<DiskStore, Watched> stores = new LinkedHashMap<>(current.stores);
		stores.remove(store);
		current.stores = stores;
		if (stores.isEmpty()) {
			current.ended = true;
			current.close();
			current = null;
		}
	}

	private static @Nullable WatchService newWatchService() {
		try {
			return FileSystems.getDefault().newWatchService();
		}
		catch (IOException | UnsupportedOperationException ex) {
			logger.warn("Failover: changes of files are not reported to this process and will be looked for: {}",
					ex.toString());
			return null;
		}
	}

	private void close() {
		try {
			if (this.watchService != null) {
				this.watchService.close();
			}
		}
		catch (IOException ex) {
			logger.debug("The watch service did not close", ex);
		}
	}

	@Override
	public void run() {
		long wait = 0;
		while (true) {
			Map<WatchKey, Set<String>> reported = waitForReports(wait);
			if (this.ended) {
				this.threads.shutdown();
				return;
			}
			wait = TICK_IF_REPORTING;
			for (Map.Entry<DiskStore, Watched> entry : this.stores.entrySet()) {
				wait = Math.min(wait, lookInTime(entry.getKey(), entry.getValue(), reported));
			}
		}
	}

	/**
	 * Looks at a directory on another thread, which is abandoned if the file system
	 * hangs, so that other directories are not affected.
	 */
	private long lookInTime(DiskStore store, Watched watched, Map<WatchKey, Set<String>> reported) {
		FutureTask<Long> look = watched.hanging;
		try {
			if (look == null) {
				look = new FutureTask<>(() -> look(store, watched, reported));
				this.threads.execute(look);
			}
			else if (!look.isDone()) {
				return TICK;
			}
			long pause = look.get(PATIENCE, TimeUnit.NANOSECONDS);
			if (watched.hanging != null) {
				watched.hanging = null;
				watched.scanned = System.nanoTime() - SCAN_IF_REPORTING;
				store.hangs(false);
				return 0;
			}
			store.hangs(false);
			return pause;
		}
		catch (TimeoutException ex) {
			watched.hanging = look;
			store.hangs(true);
			return TICK;
		}
		catch (ExecutionException | InterruptedException | RuntimeException | Error ex) {
			watched.hanging = null;
			logger.warn("Failover directory {} could not be looked at", store.directory(), ex);
			return TICK;
		}
	}

	private long look(DiskStore store, Watched watched, Map<WatchKey, Set<String>> reported) {
		try {
			boolean moved = watched.follow(store, this.watchService);
			Set<String> names = reported.get(watched.watchKey);
			long now = System.nanoTime();
			long pause = watched.reporting
					? Math.min(SCAN_IF_REPORTING, Math.max(SCAN_IF_SILENT, SCAN_COST * watched.cost)) : SCAN_IF_SILENT;
			boolean all = moved || (names != null && names.contains("")) || now - watched.scanned >= pause;
			if (all) {
				watched.scanned = now;
			}
			store.look(names, all);
			store.writeLostIfDue();
			if (all) {
				watched.cost = System.nanoTime() - now;
			}
			if (store.hasFilesToRead() && watched.reading.isDone() && !this.ended) {
				watched.reading = CompletableFuture.runAsync(() -> read(store), this.threads);
			}
			return store.isSettling() ? SETTLING_TICK : watched.reporting ? TICK_IF_REPORTING : TICK;
		}
		catch (RuntimeException | Error ex) {
			logger.warn("Failover directory {} could not be looked at", store.directory(), ex);
			return TICK;
		}
	}

	/** Files are read on another thread, since each may be slow. */
	private void read(DiskStore store) {
		try {
			store.readFiles(VERIFY_BUDGET);
		}
		catch (RuntimeException | Error ex) {
			logger.warn("Files in failover directory {} could not be read", store.directory(), ex);
		}
	}

	private Map<WatchKey, Set<String>> waitForReports(long nanos) {
		Map<WatchKey, Set<String>> reported = Collections.emptyMap();
		try {
			if (this.watchService == null) {
				TimeUnit.NANOSECONDS.sleep(nanos);
				return reported;
			}
			WatchKey key = this.watchService.poll(nanos, TimeUnit.NANOSECONDS);
			if (key != null) {
				reported = new HashMap<>();
			}
			while (key != null) {
				Set<String> names = reported.computeIfAbsent(key, (watched) -> new HashSet<>());
				for (WatchEvent<?> event : key.pollEvents()) {
					names.add((event.kind() == StandardWatchEventKinds.OVERFLOW) ? "" : event.context().toString());
				}
				key.reset();
				key = this.watchService.poll();
			}
		}
		catch (InterruptedException | ClosedWatchServiceException ex) {
			// The loop checks whether the watch has ended.
		}
		return reported;
	}

	/** What is known of the directory of one store. */
	private static final class Watched {

		private @Nullable Path realPath;

		private @Nullable Object fileKey;

		private @Nullable WatchKey watchKey;

		private boolean reporting;

		/** A look that did not return in time. */
		private @Nullable FutureTask<Long> hanging;

		/** Reads changed and new files. */
		private CompletableFuture<Void> reading = CompletableFuture.completedFuture(null);

		private long cost;

		private long scanned = System.nanoTime() - SCAN_IF_REPORTING;

		private static @Nullable BasicFileAttributes find(Path directory) throws IOException {
			try {
				BasicFileAttributes found = Files.readAttributes(directory, BasicFileAttributes.class);
				return found.isDirectory() ? found : null;
			}
			catch (NoSuchFileException ex) {
				return null;
			}
		}

		/**
		 * Follows the directory to where it really is, which changes when it is replaced
		 * or a symbolic link is swapped. A directory that was deleted and created again
		 * may get the same file key, but the watch on it has ended.
		 */
		boolean follow(DiskStore store, @Nullable WatchService watchService) {
			Path directory = store.directory();
			try {
				BasicFileAttributes attributes = find(directory);
				Object found = (attributes != null) ? attributes.fileKey() : null;
				if (attributes != null && this.realPath != null && Objects.equals(found, this.fileKey)
						&& (this.watchKey == null || this.watchKey.isValid())) {
					return false;
				}
				if (attributes == null && this.realPath == null) {
					return false;
				}
				if (this.watchKey != null && !this.watchKey.isValid()) {
					store.replaced();
				}
				this.fileKey = found;
				if (this.watchKey != null) {
					this.watchKey.cancel();
					this.watchKey = null;
				}
				this.realPath = (attributes != null) ? directory.toRealPath() : null;
				this.reporting = false;
				if (this.realPath != null && watchService != null) {
					this.watchKey = this.realPath.register(watchService, StandardWatchEventKinds.ENTRY_CREATE,
							StandardWatchEventKinds.ENTRY_DELETE, StandardWatchEventKinds.ENTRY_MODIFY);
					this.reporting = isLocal(this.realPath);
				}
				return true;
			}
			catch (IOException ex) {
				return true;
			}
		}

	}

}
