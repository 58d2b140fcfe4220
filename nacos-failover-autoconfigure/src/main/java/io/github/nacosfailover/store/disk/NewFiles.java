package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.UUID;

import io.github.nacosfailover.store.document.Compression;

/**
 * New data files that are to be moved into place. They are not forced to the disk: their
 * contents are there already, as documents. Used by one thread.
 */
final class NewFiles implements AutoCloseable {

	private final Path directory;

	private final Compression compression = new Compression();

	NewFiles(Path directory) {
		this.directory = directory;
	}

	/**
	 * Do something with all of the items that writes files. In an application that has
	 * never done this the compiler needs the processor more than many threads would.
	 * @param items the items
	 * @param directory where the files are put
	 * @param action writes the files of an item
	 * @param <T> type of the items
	 * @throws IOException the first failure; the rest is left undone
	 */
	static <T> void forEach(Collection<? extends T> items, Path directory, Action<T> action) throws IOException {
		ParallelFiles.<T>forEach(items, ParallelFiles.COMPUTING, (some) -> {
			try (NewFiles files = new NewFiles(directory)) {
				for (T item : some) {
					action.accept(item, files);
				}
			}
		});
	}

	/**
	 * Write a file.
	 * @param content its content
	 * @return the file
	 * @throws IOException if it cannot be written
	 */
	Path write(byte[] content) throws IOException {
		Path file = this.directory.resolve(UUID.randomUUID() + NewFile.SUFFIX);
		try {
			return Files.write(file, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
		}
		catch (IOException ex) {
			throw WriteFailure.locate(file, ex);
		}
	}

	/** Compress the content of a file, as it is stored. */
	byte[] compress(byte[] content) {
		return this.compression.compress(content);
	}

	@Override
	public void close() {
		this.compression.close();
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
