package io.github.nacosfailover.store.disk;

/**
 * A data file that was lost: the directory was replaced, or emptied at once.
 *
 * @param backup what it had
 * @param ours whether a snapshot had written it
 * @param known the backups of the last write when it was last seen
 */
record LostFile(DiskBackup backup, boolean ours, ArchivedBackups known) {

	/**
	 * Whether it was written again after it was last seen here, and so was deleted since.
	 * @param newest the backups of the last write of the directory as it is now
	 * @return {@code true} if it is not to be written again
	 */
	boolean wasDeletedSince(ArchivedBackups newest) {
		return newest.write() != this.known.write() && newest.backups().containsKey(this.backup.key());
	}

}
