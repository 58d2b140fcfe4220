package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Files of our own beneath a failover directory, readable by their owner only.
 */
public final class OwnFiles {

	private final Path failoverDirectory;

	private final Path ownDirectory;

	private final Path directory;

	/**
	 * Names a place for files, which is created with the first one.
	 * @param failoverDirectory the failover directory
	 * @param name name of the place, a plain one
	 */
	public OwnFiles(Path failoverDirectory, String name) {
		this.failoverDirectory = failoverDirectory;
		this.ownDirectory = failoverDirectory.resolve(FailoverFileNames.OWN_DIRECTORY);
		this.directory = this.ownDirectory.resolve(name);
	}

	public Path directory() {
		return this.directory;
	}

	/**
	 * Writes a file so that a crash at any instant leaves the old or the new one.
	 * @param name its name
	 * @param content its content
	 * @throws IOException if it cannot be written
	 */
	public void write(String name, byte[] content) throws IOException {
		OwnDirectory.create(this.failoverDirectory, this.ownDirectory);
		OwnDirectory.createBelow(this.ownDirectory, this.directory);
		AtomicFile.write(this.directory.resolve(name), content, this.ownDirectory, null);
	}

}
