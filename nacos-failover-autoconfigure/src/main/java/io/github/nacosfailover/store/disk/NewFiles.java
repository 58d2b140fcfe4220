package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;

import io.github.nacosfailover.store.document.Compression;

/**
 * New files that are to be moved into place. They are written first and forced to the
 * disk when some of them have been: see {@link ParallelFiles}.
 */
final class NewFiles implements AutoCloseable {

	private final Path directory;

	private final Compression compression = new Compression();

	private final List<FileChannel> channels = new ArrayList<>();

	private final List<Path> files = new ArrayList<>();

	NewFiles(Path directory) {
		this.directory = directory;
	}

	/**
	 * Writes files for all of the items and forces them to the disk. Many threads wait
	 * for the disk, but only a few compose at a time: in an application that has never
	 * done this the compiler needs the processor more than they do.
	 * @param items the items
	 * @param directory where the files are put
	 * @param action writes the files of an item
	 * @param <T> type of the items
	 * @throws IOException the first failure; the rest is left undone
	 */
	static <T> void forEach(Collection<? extends T> items, Path directory, Action<T> action) throws IOException {
		Semaphore composing = new Semaphore(ParallelFiles.COMPUTING);
		ParallelFiles.<T>forEach(items, ParallelFiles.FORCING, (some) -> {
			try (NewFiles files = new NewFiles(directory)) {
				composing.acquireUninterruptibly();
				try {
					for (T item : some) {
						action.accept(item, files);
					}
				}
				finally {
					composing.release();
				}
				files.force();
			}
		});
	}

	/**
	 * Writes a file.
	 * @param content its content
	 * @return the file
	 * @throws IOException if it cannot be written
	 */
	Path write(byte[] content) throws IOException {
		Path file = this.directory.resolve(UUID.randomUUID() + NewFile.SUFFIX);
		try {
			FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
			this.channels.add(channel);
			this.files.add(file);
			ByteBuffer buffer = ByteBuffer.wrap(content);
			while (buffer.hasRemaining()) {
				channel.write(buffer);
			}
			return file;
		}
		catch (IOException ex) {
			throw WriteFailure.locate(file, ex);
		}
	}

	/**
	 * Compresses the content of a file, for a pack.
	 * @param content the content
	 * @return the compressed content
	 */
	byte[] compress(byte[] content) {
		return this.compression.compress(content);
	}

	/**
	 * Forces the files to the disk.
	 * @throws IOException if one cannot be forced
	 */
	void force() throws IOException {
		for (int i = 0; i < this.channels.size(); i++) {
			try {
				this.channels.get(i).force(true);
			}
			catch (IOException ex) {
				throw WriteFailure.locate(this.files.get(i), ex);
			}
		}
	}

	@Override
	public void close() throws IOException {
		this.compression.close();
		for (FileChannel channel : this.channels) {
			channel.close();
		}
	}

	/**
	 * Writes the files of an item.
	 *
	 * @param <T> type of the items
	 */
	interface Action<T> {

		void accept(T item, NewFiles files) throws IOException;

	}

}
