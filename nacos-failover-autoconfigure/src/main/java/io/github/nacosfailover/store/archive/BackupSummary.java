package io.github.nacosfailover.store.archive;

import java.time.Instant;

/**
 * The text of a backup's document: a summary that is available without reading its
 * content.
 *
 * @param instances number of instances
 * @param healthy number of healthy ones
 * @param modified when it was written
 * @param size size in bytes of the content as it is kept
 * @param manual whether it was written by somebody else
 */
public record BackupSummary(int instances, int healthy, Instant modified, long size, boolean manual) {

	private static final String MANUAL = " manual";

	/**
	 * Return the text: the values, separated by spaces. Thousands of them are read at a
	 * time, so it is no JSON.
	 */
	public String write() {
		return "%d %d %s %d%s".formatted(this.instances, this.healthy, this.modified, this.size,
				this.manual ? MANUAL : "");
	}

	public static BackupSummary read(String text) {
		try {
			String[] values = text.split(" ", 5);
			return new BackupSummary(Integer.parseInt(values[0]), Integer.parseInt(values[1]), Instant.parse(values[2]),
					Long.parseLong(values[3]), values.length > 4);
		}
		catch (RuntimeException ex) {
			return new BackupSummary(0, 0, Instant.EPOCH, 0, false);
		}
	}

}
