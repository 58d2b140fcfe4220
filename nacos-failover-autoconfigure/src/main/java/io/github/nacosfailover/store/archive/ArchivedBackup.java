package io.github.nacosfailover.store.archive;

import io.github.nacosfailover.store.SavedBackup;

/**
 * A backup of one service as the archive has it.
 *
 * @param saved what the backup is
 * @param manual whether it was written by somebody else, and only recorded
 */
public record ArchivedBackup(SavedBackup saved, boolean manual) {

	/**
	 * Return whether the backup has a content.
	 * @param digest digest of the content
	 * @return {@code true} if it is the same
	 */
	public boolean has(String digest) {
		return this.saved.digest().equals(digest);
	}

}
