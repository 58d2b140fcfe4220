package io.github.nacosfailover.detector;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The holds of a service as they are stored, for the next process. Those of several
 * processes are merged into those of the one that has held it most often: they see the
 * same incidents, so their holds are not added up.
 *
 * @param holds the holds, in milliseconds since the epoch
 * @param acknowledged when an operator has last acknowledged earlier ones, 0 if never
 */
record StoredHolds(PastHolds holds, long acknowledged) {

	static final StoredHolds NONE = new StoredHolds(PastHolds.NONE, 0);

	private static final long DAY_MILLIS = DetectorRules.DAY.toMillis();

	/**
	 * Processes see the end of the same hold so far apart; one write is enough for it.
	 */
	private static final long SAME_END_MILLIS = Duration.ofMinutes(1).toMillis();

	private static final int PARTS = 4;

	/** The oldest time of a hold, the largest number if there is none. */
	long oldest() {
		return this.holds.begun().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
	}

	/** Whether nothing of it matters any more. */
	boolean isOver(long now) {
		boolean recent = isRecent(this.acknowledged, now)
				|| (this.holds.ended() != null && isRecent(this.holds.ended(), now))
				|| this.holds.begun().stream().anyMatch((begun) -> isRecent(begun, now));
		return !this.holds.locked() && !recent;
	}

	private static boolean isRecent(long time, long now) {
		return now - time <= DAY_MILLIS;
	}

	/**
	 * What is to be stored of a process that has these holds.
	 * @param stored what is stored now
	 * @param withdrawn times of holds of this process that do not count any more
	 */
	StoredHolds mergedInto(StoredHolds stored, Collection<Long> withdrawn, long now) {
		if (this.acknowledged != stored.acknowledged) {
			return (this.acknowledged > stored.acknowledged) ? this : stored;
		}
		PastHolds theirs = stored.holds;
		boolean locked = this.holds.locked() || theirs.locked();
		List<Long> begun = new ArrayList<>(theirs.begun());
		begun.removeIf((time) -> withdrawn.contains(time) || !(locked || isRecent(time, now)));
		return new StoredHolds(new PastHolds((this.holds.begun().size() > begun.size()) ? this.holds.begun() : begun,
				later(this.holds.ended(), theirs.ended()), locked), this.acknowledged);
	}

	private static @Nullable Long later(@Nullable Long ours, @Nullable Long theirs) {
		if (ours == null || theirs == null) {
			return (ours != null) ? ours : theirs;
		}
		return (ours - theirs > SAME_END_MILLIS) ? ours : theirs;
	}

	@Override
	public String toString() {
		String begun = this.holds.begun().stream().map(String::valueOf).collect(Collectors.joining(","));
		return "%s;%s;%s;%d".formatted(begun, (this.holds.ended() != null) ? this.holds.ended() : "",
				this.holds.locked() ? "locked" : "", this.acknowledged);
	}

	/** Reads what {@link #toString()} has written; what is not understood is nothing. */
	static StoredHolds parse(@Nullable String text) {
		String[] parts = (text != null) ? text.split(";", -1) : new String[0];
		if (parts.length != PARTS) {
			return NONE;
		}
		try {
			List<Long> begun = parts[0].isEmpty() ? List.of()
					: Arrays.stream(parts[0].split(",")).map(Long::valueOf).sorted().toList();
			return new StoredHolds(new PastHolds(begun, parts[1].isEmpty() ? null : (Long) Long.parseLong(parts[1]),
					parts[2].equals("locked")), Long.parseLong(parts[3]));
		}
		catch (NumberFormatException ex) {
			return NONE;
		}
	}

}
