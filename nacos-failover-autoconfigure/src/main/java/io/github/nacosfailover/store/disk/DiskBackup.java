package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.InvalidBackupException;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.store.SavedBackup;
import io.github.nacosfailover.store.archive.ArchivedBackup;
import io.github.nacosfailover.store.document.Compression;
import org.jspecify.annotations.Nullable;

/**
 * One version of one data file. It is read once, by whoever needs it first. A service
 * that is asked for keeps its backup parsed; of any other only the compressed content is
 * held, so that the last good version survives whatever happens to the file.
 */
final class DiskBackup implements BackupRef {

	private static final String NO_INSTANCES = "has no instances, so the service is served live; "
			+ "add instances or delete the file";

	private final ServiceKey key;

	private final Path file;

	private final DataFileReader reader;

	private final Instant modified;

	private volatile boolean read;

	private volatile @Nullable Backup backup;

	private byte @Nullable [] content;

	private volatile @Nullable String digest;

	private volatile @Nullable String problem;

	private volatile boolean good;

	private volatile boolean unreadable;

	private volatile int instances;

	private volatile int healthy;

	private volatile @Nullable ArchivedBackup archived;

	/**
	 * A version that is not read yet.
	 * @param key the service
	 * @param file the file
	 * @param reader reads the data files
	 * @param modified when the file was written
	 * @param archived what the file has by all appearances, which counts until it is
	 * read; {@code null} if that is not known
	 */
	DiskBackup(ServiceKey key, Path file, DataFileReader reader, Instant modified, @Nullable ArchivedBackup archived) {
		this.key = key;
		this.file = file;
		this.reader = reader;
		this.modified = modified;
		this.archived = archived;
	}

	/**
	 * A version that was just written, and so need not be read.
	 * @param key the service
	 * @param file the file
	 * @param reader reads the data files
	 * @param modified when the file was written
	 * @param content its content, which is good
	 * @return the version
	 */
	static DiskBackup written(ServiceKey key, Path file, DataFileReader reader, Instant modified,
			WrittenContent content) {
		DiskBackup written = new DiskBackup(key, file, reader, modified, null);
		synchronized (written) {
			written.accept(content.saved());
			written.content = content.compressed();
			written.good = true;
			written.read = true;
		}
		return written;
	}

	@Override
	public ServiceKey key() {
		return this.key;
	}

	@Override
	public @Nullable Backup get() {
		Backup backup = this.backup;
		if (backup != null || (this.read && !this.good)) {
			return backup;
		}
		return load();
	}

	private synchronized @Nullable Backup load() {
		this.reader.needed();
		read(true);
		if (this.backup == null && this.content != null) {
			try {
				this.backup = BackupFormat.read(this.key, Compression.expand(this.content)).backup();
				this.content = null;
			}
			catch (InvalidBackupException | IOException ex) {
				throw new IllegalStateException("Content of %s that was good before".formatted(this.file), ex);
			}
		}
		return this.backup;
	}

	/**
	 * Reads the file, unless that was done before.
	 * @param keepParsed whether the service is in use; if not, only the compressed
	 * content is kept
	 */
	synchronized void read(boolean keepParsed) {
		if (this.read) {
			return;
		}
		try {
			byte[] bytes = this.reader.read(this.file);
			String digest = BackupFormat.digest(bytes);
			SavedBackup written = written(digest);
			if (written != null && !keepParsed) {
				accept(written);
			}
			else {
				parse(bytes, digest, keepParsed);
			}
			if (!keepParsed) {
				this.content = Compression.compressOne(bytes);
			}
			this.good = true;
		}
		catch (InvalidBackupException ex) {
			this.problem = ex.getMessage();
		}
		catch (NoSuchFileException ex) {
			this.problem = "the file is gone";
			this.unreadable = true;
		}
		catch (IOException ex) {
			this.problem = "cannot be read: " + ReadFailure.explain(ex);
			this.unreadable = true;
		}
		catch (OutOfMemoryError ex) {
			this.problem = "too large for the memory of this process; raise its heap, or lower "
					+ "nacos.failover.disk.max-file-size";
		}
		this.read = true;
		this.archived = null;
	}

	/** A file with the digest of a written backup need not be parsed. */
	private @Nullable SavedBackup written(String digest) {
		ArchivedBackup archived = this.archived;
		return (archived != null && !archived.manual() && archived.has(digest)) ? archived.saved() : null;
	}

	private void accept(SavedBackup saved) {
		this.instances = saved.instances();
		this.healthy = saved.healthy();
		this.digest = saved.digest();
		this.problem = (saved.instances() != 0) ? null : NO_INSTANCES;
	}

	private void parse(byte[] bytes, String digest, boolean keepParsed) throws InvalidBackupException {
		BackupFormat.Parsed parsed = BackupFormat.read(this.key, bytes);
		this.instances = parsed.backup().size();
		this.healthy = parsed.backup().healthy();
		this.digest = digest;
		this.problem = findFault(parsed);
		if (keepParsed) {
			this.backup = parsed.backup();
		}
	}

	private static @Nullable String findFault(BackupFormat.Parsed parsed) {
		if (parsed.isMisplaced()) {
			return "calls itself '%s', but is served for '%s' as its name says; rename the file or correct its content"
				.formatted(parsed.name(), parsed.backup().key());
		}
		if (parsed.backup().size() == 0) {
			return NO_INSTANCES;
		}
		return null;
	}

	/**
	 * Whether the file could be read and understood.
	 * @return {@code false} if not, or if it has not been read yet
	 */
	boolean isGood() {
		return this.good;
	}

	boolean isRead() {
		return this.read;
	}

	/**
	 * Whether the file could not be read at all, so that another attempt may succeed
	 * though the file is the same.
	 * @return {@code true} after an I/O error
	 */
	boolean isUnreadable() {
		return this.unreadable;
	}

	boolean isKeptParsed() {
		return this.backup != null;
	}

	@Nullable String problem() {
		return this.problem;
	}

	/**
	 * Whether the file had the same content when it was read.
	 * @param other another version of the file
	 * @return {@code true} if both were good and the same, byte for byte
	 */
	boolean sameContentAs(DiskBackup other) {
		return this.good && other.good && Objects.equals(this.digest, other.digest);
	}

	/**
	 * Digest of the content, which is read if it was not before.
	 * @return the digest in hexadecimal digits, or {@code null} if there is no good
	 * version
	 */
	@Nullable String digest() {
		if (!this.read) {
			read(false);
		}
		return this.good ? this.digest : null;
	}

	/**
	 * The content as it was read.
	 * @return the compressed content, {@code null} if it is not known any more
	 * @throws IOException if the file cannot be read
	 */
	byte @Nullable [] compressed() throws IOException {
		String expected = digest();
		synchronized (this) {
			if (this.content != null) {
				return this.content;
			}
		}
		byte[] bytes = RegularFile.read(this.file);
		return BackupFormat.digest(bytes).equals(expected) ? Compression.compressOne(bytes) : null;
	}

	/**
	 * The content, even if the file is gone. If the service is in use, it is written anew
	 * from the parsed backup.
	 * @return the content, {@code null} if it was never read
	 * @throws IOException if it cannot be had
	 */
	byte @Nullable [] content() throws IOException {
		synchronized (this) {
			if (this.content != null) {
				return Compression.expand(this.content);
			}
			return (this.backup != null) ? BackupFormat.write(this.backup) : null;
		}
	}

	/** Parses the backup, because the service is in use. */
	void keepParsed() {
		get();
	}

	@Override
	public int instances() {
		SavedBackup expected = expected();
		return (expected != null) ? expected.instances() : this.instances;
	}

	@Override
	public int healthy() {
		SavedBackup expected = expected();
		return (expected != null) ? expected.healthy() : this.healthy;
	}

	@Override
	public @Nullable String contentDigest() {
		SavedBackup expected = expected();
		return (expected != null) ? expected.digest() : digest();
	}

	/** The expected content until the file is read. Reads the file if there is none. */
	private @Nullable SavedBackup expected() {
		ArchivedBackup archived = this.archived;
		if (!this.read && archived == null) {
			read(false);
		}
		return (archived != null) ? archived.saved() : null;
	}

	@Override
	public Instant modified() {
		return this.modified;
	}

}
