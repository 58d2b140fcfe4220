package io.github.nacosfailover.store.disk;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Distinguishes deletions from losses. If the switch file or a data file is deleted while
 * others remain, this is intended. If the directory was replaced, or all of its files are
 * gone, they are lost: the last known state stays in use, and is written again. A
 * directory that is being emptied loses its files one after the other, so a deletion is
 * accepted when no other has followed it for a moment. Used under the lock of the
 * {@link DiskStore}, but for {@link #isAny()} and {@link #describe()}.
 */
final class Losses {

	private static final Logger logger = LoggerFactory.getLogger(Losses.class);

	private static final int MAX_NAMES = 10;

	private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(400);

	private final Path directory;

	private final DataFileTable dataFiles;

	private final DiskSwitch diskSwitch;

	private final Supplier<ArchivedBackups> archived;

	/** Whether the directory was replaced since the last decision. */
	private boolean another;

	/**
	 * Creates a new instance.
	 * @param directory the failover directory
	 * @param dataFiles what is known of the data files
	 * @param diskSwitch the switch
	 * @param archived the backups of the last write that is known
	 */
	Losses(Path directory, DataFileTable dataFiles, DiskSwitch diskSwitch, Supplier<ArchivedBackups> archived) {
		this.directory = directory;
		this.dataFiles = dataFiles;
		this.diskSwitch = diskSwitch;
		this.archived = archived;
	}

	void another(boolean another) {
		this.another |= another;
	}

	/**
	 * Whether there are missing files that are neither deleted nor lost yet.
	 */
	boolean isWaiting() {
		return this.dataFiles.missing().haveVanished() || this.diskSwitch.hasVanished();
	}

	/**
	 * Whether it is time for a complete scan and a decision.
	 */
	boolean isDue() {
		long last = Math.max(
				this.dataFiles.missing().haveVanished() ? this.dataFiles.missing().lastVanished() : Long.MIN_VALUE,
				this.diskSwitch.hasVanished() ? this.diskSwitch.lastVanished() : Long.MIN_VALUE);
		return isWaiting() && System.nanoTime() - last >= PATIENCE;
	}

	/**
	 * Whether no file was found where there were some, which is a loss if the whole
	 * directory was looked at after the last of them was seen to be missing.
	 */
	boolean isAllGone() {
		return this.dataFiles.isAllVanished() && !this.diskSwitch.isSwitchPresent();
	}

	/**
	 * Decides whether missing files were deleted or lost.
	 * @param known the switch that counts
	 * @param deleted data files that snapshots have deleted
	 * @param due whether to believe what there is no reason to doubt, now that all of the
	 * directory was looked at
	 * @return the switch that counts now
	 */
	SwitchState judge(SwitchState known, Set<String> deleted, boolean due) {
		boolean another = this.another;
		this.another = false;
		if (!another) {
			this.dataFiles.acceptDeleted(deleted);
		}
		if (!isWaiting()) {
			return known;
		}
		if (another || isAllGone()) {
			lose();
			return known;
		}
		if (!due) {
			return known;
		}
		logDeleted(this.dataFiles.acceptDeleted());
		return this.diskSwitch.acceptDeleted(known);
	}

	private void logDeleted(List<ServiceKey> deleted) {
		if (!deleted.isEmpty()) {
			logger.warn("Failover: {}: {} deleted by hand or by another program: {}{}", this.directory,
					count(deleted.size()) + ((deleted.size() == 1) ? " was" : " were"),
					deleted.stream().limit(MAX_NAMES).map(ServiceKey::toString).collect(Collectors.joining(", ")),
					(deleted.size() > MAX_NAMES) ? " and %d more".formatted(deleted.size() - MAX_NAMES) : "");
		}
	}

	private static String count(int backups) {
		return (backups == 1) ? "1 backup" : backups + " backups";
	}

	/** Marks all missing files as lost. */
	void lose() {
		this.dataFiles.markLost(this.archived.get());
		this.diskSwitch.markLost();
	}

	boolean isAny() {
		return this.diskSwitch.isLost() || !this.dataFiles.missing().lost().isEmpty();
	}

	/**
	 * What is lost, for a message.
	 * @return the parts, joined, {@code null} if nothing is
	 */
	@Nullable String describe() {
		List<String> parts = new ArrayList<>();
		if (this.diskSwitch.isSwitchLost()) {
			parts.add("the switch");
		}
		else if (this.diskSwitch.isLost()) {
			parts.add("the exceptions of the switch");
		}
		int backups = this.dataFiles.missing().lost().size();
		if (backups > 0) {
			parts.add(count(backups));
		}
		return parts.isEmpty() ? null : String.join(" and ", parts);
	}

}
