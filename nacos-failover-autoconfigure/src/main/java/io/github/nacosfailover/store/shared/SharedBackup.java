package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.InvalidBackupException;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.store.archive.BackupSummary;
import org.jspecify.annotations.Nullable;

/**
 * A backup that a shared store has. Its content is fetched when the service is first in
 * use; only concurrent callers for the same service wait for that fetch.
 */
final class SharedBackup implements BackupRef {

	private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final ServiceKey key;

	private final String hash;

	private final BackupSummary text;

	private final ContentReader reader;

	private volatile @Nullable Backup backup;

	private volatile @Nullable String problem;

	private volatile long failedAt;

	SharedBackup(ServiceKey key, String hash, BackupSummary text, ContentReader reader) {
		this.key = key;
		this.hash = hash;
		this.text = text;
		this.reader = reader;
	}

	@Override
	public ServiceKey key() {
		return this.key;
	}

	String hash() {
		return this.hash;
	}

	@Override
	public String contentDigest() {
		return this.hash;
	}

	@Override
	public @Nullable Backup get() {
		Backup known = this.backup;
		return (known != null || hasJustFailed()) ? known : fetch();
	}

	private boolean hasJustFailed() {
		return this.problem != null && System.nanoTime() - this.failedAt < RETRY_NANOS;
	}

	private synchronized @Nullable Backup fetch() {
		if (this.backup == null && !hasJustFailed()) {
			try {
				load(this.reader.read(this.hash));
			}
			catch (IOException ex) {
				fail("cannot be read, so the service is served live: " + ex.getMessage());
			}
		}
		return this.backup;
	}

	/**
	 * Takes the content.
	 * @param content the content, whose hash is known to be right
	 */
	void load(byte[] content) {
		try {
			this.backup = BackupFormat.read(this.key, content).backup();
			this.problem = null;
		}
		catch (InvalidBackupException ex) {
			fail("is no backup, so the service is served live; write it again: " + ex.getMessage());
		}
	}

	private void fail(String problem) {
		this.failedAt = System.nanoTime();
		this.problem = problem;
	}

	boolean isLoaded() {
		return this.backup != null;
	}

	@Nullable String problem() {
		return this.problem;
	}

	@Override
	public int instances() {
		return this.text.instances();
	}

	@Override
	public int healthy() {
		return this.text.healthy();
	}

	@Override
	public Instant modified() {
		return this.text.modified();
	}

	/** Reads contents, from nearby or from the engine. */
	@FunctionalInterface
	interface ContentReader {

		byte[] read(String hash) throws IOException;

	}

}
