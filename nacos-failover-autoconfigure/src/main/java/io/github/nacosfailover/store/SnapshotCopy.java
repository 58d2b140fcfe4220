package io.github.nacosfailover.store;

import java.io.IOException;

/**
 * A snapshot as another archive can take it over.
 *
 * @param snapshot what it is
 * @param manifest hash of the list of its backups
 * @param contents reads that list, and the contents that it names
 */
public record SnapshotCopy(Snapshot snapshot, String manifest, ContentReader contents) {

	/** Reads contents of the archive that the snapshot is in. */
	@FunctionalInterface
	public interface ContentReader {

		/**
		 * Reads one content.
		 * @param hash its hash
		 * @return the content
		 * @throws IOException if it cannot be read, or is damaged
		 */
		byte[] read(String hash) throws IOException;

	}

}
