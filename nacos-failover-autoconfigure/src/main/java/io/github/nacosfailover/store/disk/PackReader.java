package io.github.nacosfailover.store.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipException;

import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.store.document.Compression;

/**
 * Reads contents of backups from packs, and checks them. Safe for use by any thread.
 */
final class PackReader implements AutoCloseable {

	private static final String CUT_OFF = "it is cut off";

	private static final String CHANGED = "a content in it is not what was written";

	private static final String TOO_LONG = "a content in it takes more than nacos.failover.disk.max-file-size (%d bytes)";

	private final Generations generations;

	private final int maxLength;

	private final Map<Long, FileChannel> channels = new HashMap<>();

	/**
	 * Creates a reader.
	 * @param generations where the packs are
	 * @param maxLength length in bytes from which on a content is not believed
	 */
	PackReader(Generations generations, long maxLength) {
		this.generations = generations;
		this.maxLength = (int) Math.min(maxLength, Integer.MAX_VALUE - 9);
	}

	/**
	 * Reads the content of a backup.
	 * @param backup the backup
	 * @return its content, not compressed any more
	 * @throws DamagedFileException if it is not there, or has another digest
	 * @throws IOException if the pack cannot be read
	 */
	byte[] read(ArchivedBackup backup) throws IOException {
		Path pack = this.generations.pack(backup.content().pack());
		try {
			byte[] content = Compression.expand(readCompressed(backup), this.maxLength);
			if (content.length > this.maxLength) {
				throw new DamagedFileException(pack, TOO_LONG.formatted(this.maxLength));
			}
			if (!backup.has(BackupFormat.digest(content))) {
				throw new DamagedFileException(pack, CHANGED);
			}
			return content;
		}
		catch (ZipException | EOFException ex) {
			throw new DamagedFileException(pack, CHANGED);
		}
	}

	private byte[] readCompressed(ArchivedBackup backup) throws IOException {
		PackedContent place = backup.content();
		Path pack = this.generations.pack(place.pack());
		FileChannel channel = open(place.pack(), pack);
		if (place.offset() + place.length() > channel.size()) {
			throw new DamagedFileException(pack, CUT_OFF);
		}
		ByteBuffer compressed = ByteBuffer.allocate(place.length());
		while (compressed.hasRemaining()) {
			if (channel.read(compressed, place.offset() + compressed.position()) < 0) {
				throw new DamagedFileException(pack, CUT_OFF);
			}
		}
		return compressed.array();
	}

	private synchronized FileChannel open(long number, Path pack) throws IOException {
		FileChannel channel = this.channels.get(number);
		if (channel == null || !channel.isOpen()) {
			RegularFile.refuseSpecial(pack, FileSignature.of(pack));
			try {
				channel = FileChannel.open(pack, StandardOpenOption.READ);
			}
			catch (NoSuchFileException ex) {
				throw new DamagedFileException(pack, "it is gone");
			}
			this.channels.put(number, channel);
		}
		return channel;
	}

	@Override
	public synchronized void close() throws IOException {
		for (FileChannel channel : this.channels.values()) {
			channel.close();
		}
	}

}
