package io.github.nacosfailover.store.disk;

import io.github.nacosfailover.store.SavedBackup;

/**
 * What a generation has of one service.
 *
 * @param saved what the backup is
 * @param manual whether somebody else has written it
 * @param content where its content is
 */
record ArchivedBackup(SavedBackup saved, boolean manual, PackedContent content) {

	boolean has(String digest) {
		return this.saved.digest().equals(digest);
	}

}
