package io.github.nacosfailover.store.disk;

/**
 * A data file that is gone though nobody has deleted it: the directory was replaced, or
 * emptied at once.
 *
 * @param backup what it had
 * @param ours whether a snapshot had written it
 * @param known the newest manifest when it was last seen
 */
record LostFile(DiskBackup backup, boolean ours, Manifest known) {

	/**
	 * Whether it was written again after it was last seen here, and so was deleted since.
	 * @param newest the newest manifest of the directory as it is now
	 * @return {@code true} if it is not to be written again
	 */
	boolean wasDeletedSince(Manifest newest) {
		return !newest.generation().id().equals(this.known.generation().id())
				&& newest.backups().containsKey(this.backup.key());
	}

}
