package io.github.nacosfailover.store.disk;

/**
 * How many snapshots an archive keeps. Pinned ones and the newest one always stay.
 *
 * @param snapshots number of the newest ones that stay
 * @param maxBytes bytes that all of them may take on the disk
 */
public record Retention(int snapshots, long maxBytes) {

	/** Ten snapshots, in at most 256 MB. */
	public static final Retention DEFAULT = new Retention(10, 256L * 1024 * 1024);

	public Retention {
		if (snapshots < 1 || maxBytes < 1) {
			throw new IllegalArgumentException("At least one snapshot must be kept, in at least one byte");
		}
	}

}
