package io.github.nacosfailover.store.disk;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.InvalidBackupException;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupRef;
import org.jspecify.annotations.Nullable;

/**
 * One version of one data file. It is read once, by whoever needs it first. A service
 * that is asked for keeps its backup parsed; of any other only the compressed content is
 * held, so that the last good version survives whatever happens to the file.
 */
final class DiskBackup implements BackupRef {

	private final ServiceKey key;

	private final Path file;

	private final DataFileReader reader;

	private final Instant modified;

	private volatile boolean read;

	private volatile @Nullable Backup backup;

	private byte @Nullable [] content;

	private volatile @Nullable String problem;

	private volatile boolean good;

	private volatile boolean unreadable;

	private volatile int instances;

	private volatile int healthy;

	DiskBackup(ServiceKey key, Path file, DataFileReader reader, Instant modified) {
		this.key = key;
		this.file = file;
		this.reader = reader;
		this.modified = modified;
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
		this.backup = current();
		this.content = null;
		return this.backup;
	}

	/** The backup, whether it is kept parsed or not. */
	private synchronized @Nullable Backup current() {
		if (this.backup != null || this.content == null) {
			return this.backup;
		}
		try {
			return BackupFormat.read(this.key, inflate(this.content)).backup();
		}
		catch (InvalidBackupException ex) {
			throw new IllegalStateException("Content of %s that was good before".formatted(this.file), ex);
		}
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
			BackupFormat.Parsed parsed = BackupFormat.read(this.key, bytes);
			this.instances = parsed.backup().size();
			this.healthy = parsed.backup().healthy();
			this.problem = findFault(parsed);
			if (keepParsed) {
				this.backup = parsed.backup();
			}
			else {
				this.content = deflate(bytes);
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
			this.problem = "cannot be read: " + ex.getMessage();
			this.unreadable = true;
		}
		catch (OutOfMemoryError ex) {
			this.problem = "too large for the memory of this process; raise its heap, or lower "
					+ "nacos.failover.disk.max-file-size";
		}
		this.read = true;
	}

	private static @Nullable String findFault(BackupFormat.Parsed parsed) {
		if (parsed.isMisplaced()) {
			return "calls itself '%s', but is served for '%s' as its name says; rename the file or correct its content"
				.formatted(parsed.name(), parsed.backup().key());
		}
		if (parsed.backup().size() == 0) {
			return "has no instances, so the service is served live; add instances or delete the file";
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
	 * Whether the file said the same when it was read.
	 * @param other another version of the file
	 * @return {@code true} if both were good, and nobody could tell them apart
	 */
	boolean sameContentAs(DiskBackup other) {
		if (!this.good || !other.good || !Objects.equals(this.problem, other.problem)) {
			return false;
		}
		byte[] mine = compressed();
		byte[] theirs = other.compressed();
		if (mine != null && theirs != null && Arrays.equals(mine, theirs)) {
			return true;
		}
		Backup backup = current();
		return backup != null && backup.sameAs(other.current());
	}

	private synchronized byte @Nullable [] compressed() {
		return this.content;
	}

	@Override
	public int instances() {
		if (!this.read) {
			read(false);
		}
		return this.instances;
	}

	@Override
	public int healthy() {
		if (!this.read) {
			read(false);
		}
		return this.healthy;
	}

	@Override
	public Instant modified() {
		return this.modified;
	}

	private static byte[] deflate(byte[] bytes) {
		ByteArrayOutputStream compressed = new ByteArrayOutputStream(bytes.length / 8 + 64);
		Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
		try (DeflaterOutputStream stream = new DeflaterOutputStream(compressed, deflater)) {
			stream.write(bytes);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			deflater.end();
		}
		return compressed.toByteArray();
	}

	private static byte[] inflate(byte[] compressed) {
		Inflater inflater = new Inflater(true);
		try (InputStream stream = new InflaterInputStream(new ByteArrayInputStream(compressed), inflater)) {
			return stream.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			inflater.end();
		}
	}

}
