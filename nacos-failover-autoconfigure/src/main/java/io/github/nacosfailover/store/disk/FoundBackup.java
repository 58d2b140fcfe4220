package io.github.nacosfailover.store.disk;

import org.jspecify.annotations.Nullable;

/**
 * What the failover directory has for a service.
 *
 * @param file name of the data file, or of the one that is to be written, relative to the
 * directory; {@code null} if there is none and none can be
 * @param signature what the file looks like, {@code null} if there is none or it cannot
 * be looked at
 * @param backup what was last read from it, {@code null} if there is none
 * @param problem why the backup is not what the file says now, or {@code null}
 */
record FoundBackup(@Nullable String file, @Nullable FileSignature signature, @Nullable DiskBackup backup,
		@Nullable String problem) {

	boolean isMissing() {
		return this.backup == null && this.problem == null;
	}

	/**
	 * Digest of the content of the file, which is read if it was not before.
	 * @return the digest, {@code null} if there is no file or it cannot be understood
	 */
	@Nullable String digest() {
		return (this.backup != null && this.problem == null) ? this.backup.digest() : null;
	}

	/**
	 * What is wrong with a file that is there but has no digest.
	 * @return the problem
	 */
	String fault() {
		String fault = (this.problem != null || this.backup == null) ? this.problem : this.backup.problem();
		return (fault != null) ? fault : "cannot be read";
	}

}
