package io.github.nacosfailover.store.disk;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

import io.github.nacosfailover.store.document.Compression;
import org.jspecify.annotations.Nullable;

/**
 * Contents as ordinary zip files, one per write, that {@code unzip} opens: an entry
 * {@code <hash>.json} for each. A content is read by its place, so that no list of
 * entries is needed.
 */
final class ZipObjects {

	/** More need the 64 bit format. */
	static final int MAX_ENTRIES = 60_000;

	private static final Pattern NAME = Pattern.compile("(\\d{8,18})\\.zip");

	private static final String SUFFIX = ".json";

	private static final int LOCAL_HEADER = 30;

	private static final int CENTRAL_HEADER = 46;

	private static final int VERSION = 20;

	/** Names are in UTF-8. */
	private static final int FLAGS = 1 << 11;

	private static final int DEFLATED = 8;

	private static final int STORED = 0;

	/** The first day that the format can express: times are in the index. */
	private static final int DATE = 33;

	private final Path directory;

	ZipObjects(Path directory) {
		this.directory = directory;
	}

	Path file(long number) {
		return this.directory.resolve("%08d.zip".formatted(number));
	}

	/**
	 * Write a file and force it to the disk.
	 * @param number number of the file
	 * @param contents the contents by hash, compressed
	 * @param temporaryDirectory an existing directory on the same file system
	 * @return the places of the contents by hash
	 */
	Map<String, Place> write(long number, Map<String, byte[]> contents, Path temporaryDirectory) throws IOException {
		Map<String, Place> places = new HashMap<>();
		ByteArrayOutputStream zip = new ByteArrayOutputStream(
				contents.values().stream().mapToInt((content) -> content.length + 256).sum());
		Map<String, ByteBuffer> headers = headers(contents);
		ByteArrayOutputStream list = new ByteArrayOutputStream(contents.size() * 128);
		for (Map.Entry<String, byte[]> entry : contents.entrySet()) {
			byte[] name = (entry.getKey() + SUFFIX).getBytes(StandardCharsets.UTF_8);
			byte[] stored = entry.getValue();
			int start = zip.size();
			ByteBuffer common = Objects.requireNonNull(headers.get(entry.getKey()));
			zip.writeBytes(buffer(LOCAL_HEADER).putInt(0x04034b50).put(common.array()).array());
			zip.writeBytes(name);
			places.put(entry.getKey(), new Place(number, zip.size(), stored.length));
			zip.writeBytes(stored);
			list.writeBytes(buffer(CENTRAL_HEADER).putInt(0x02014b50)
				.putShort((short) VERSION)
				.put(common.array())
				.putShort((short) 0)
				.putShort((short) 0)
				.putShort((short) 0)
				.putInt(0)
				.putInt(start)
				.array());
			list.writeBytes(name);
		}
		int start = zip.size();
		zip.writeBytes(list.toByteArray());
		zip.writeBytes(buffer(22).putInt(0x06054b50)
			.putInt(0)
			.putShort((short) contents.size())
			.putShort((short) contents.size())
			.putInt(list.size())
			.putInt(start)
			.putShort((short) 0)
			.array());
		AtomicFile.write(file(number), zip.toByteArray(), temporaryDirectory, null);
		return places;
	}

	/** The format wants the checksum of what is compressed. */
	private static Map<String, ByteBuffer> headers(Map<String, byte[]> contents) throws IOException {
		Map<String, ByteBuffer> headers = new ConcurrentHashMap<>();
		ParallelFiles.forEach(contents.entrySet(), ParallelFiles.COMPUTING, (some) -> {
			for (Map.Entry<String, byte[]> entry : some) {
				byte[] stored = entry.getValue();
				byte[] content = expand(stored);
				int name = (entry.getKey() + SUFFIX).getBytes(StandardCharsets.UTF_8).length;
				headers.put(entry.getKey(), (content != null) ? common(DEFLATED, content, stored.length, name)
						: common(STORED, stored, stored.length, name));
			}
		});
		return headers;
	}

	/** Expand a content, if it is compressed as {@link Compression} does. */
	private static byte @Nullable [] expand(byte[] content) {
		try {
			return Compression.expand(content);
		}
		catch (IOException ex) {
			return null;
		}
	}

	/**
	 * The part that both headers of an entry have, from the version to the extra field.
	 */
	private static ByteBuffer common(int method, byte[] content, int compressed, int name) {
		CRC32 checksum = new CRC32();
		checksum.update(content);
		return buffer(LOCAL_HEADER - 4).putShort((short) VERSION)
			.putShort((short) FLAGS)
			.putShort((short) method)
			.putShort((short) 0)
			.putShort((short) DATE)
			.putInt((int) checksum.getValue())
			.putInt(compressed)
			.putInt(content.length)
			.putShort((short) name)
			.putShort((short) 0);
	}

	private static ByteBuffer buffer(int size) {
		return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
	}

	/**
	 * Read contents as they are stored.
	 * @param places their places in one file, by hash
	 * @return those that are there
	 * @throws IOException if the file cannot be read
	 */
	Map<String, byte[]> read(long number, Map<String, Place> places) throws IOException {
		Map<String, byte[]> contents = new HashMap<>();
		Path file = file(number);
		RegularFile.refuseSpecial(file, FileSignature.of(file));
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
			for (Map.Entry<String, Place> entry : places.entrySet()) {
				contents.put(entry.getKey(), read(channel, entry.getValue(), file));
			}
		}
		catch (NoSuchFileException ex) {
			// Somebody has deleted it.
		}
		return contents;
	}

	private static byte[] read(FileChannel channel, Place place, Path file) throws IOException {
		ByteBuffer buffer = ByteBuffer.allocate(place.length());
		while (buffer.hasRemaining()) {
			if (channel.read(buffer, place.offset() + buffer.position()) < 0) {
				throw new DamagedFileException(file, "it is cut off");
			}
		}
		return buffer.array();
	}

	/** The numbers of the files there are. */
	Set<Long> files() throws IOException {
		Set<Long> numbers = new HashSet<>();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(this.directory, "*.zip")) {
			for (Path file : files) {
				Matcher name = NAME.matcher(file.getFileName().toString());
				if (name.matches()) {
					numbers.add(Long.parseLong(name.group(1)));
				}
			}
		}
		catch (DirectoryIteratorException ex) {
			throw ex.getCause();
		}
		catch (NoSuchFileException ex) {
			// Nothing has been written yet.
		}
		return numbers;
	}

	/** The largest number of a file, 0 if there is none. */
	long lastNumber() throws IOException {
		return files().stream().mapToLong(Long::longValue).max().orElse(0);
	}

	/**
	 * Rename files that a lost index referred to, instead of deleting them.
	 */
	void renameOrphans() throws IOException {
		for (long number : files()) {
			Files.move(file(number), this.directory.resolve("%08d-%s.lost.zip".formatted(number, UUID.randomUUID())));
		}
	}

	boolean exists(long number) {
		return Files.isRegularFile(file(number), LinkOption.NOFOLLOW_LINKS);
	}

	/** The size of a file in bytes, 0 if it is not there. */
	long size(long number) throws IOException {
		FileSignature found = FileSignature.of(file(number));
		return (found != null) ? found.size() : 0;
	}

	void delete(long number) throws IOException {
		Files.deleteIfExists(file(number));
	}

	/**
	 * Where a content is.
	 *
	 * @param file number of its file
	 * @param offset where it begins in the file
	 * @param length its length in bytes
	 */
	record Place(long file, long offset, int length) {
	}

}
