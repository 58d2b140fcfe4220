package io.github.nacosfailover.store.document;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

/**
 * The last revisions that documents have had. Each is a random step after the one before,
 * so it stands for one write: an engine that has lost writes and was written since, as
 * one without synchronous replication may after a fail-over, does not have ours.
 */
public final class Revisions {

	private static final int MAX_STEP = 1 << 16;

	/**
	 * With a separator a step takes 5 characters at most, and all are notified of each
	 * write.
	 */
	private static final int MAX_COUNT = 200;

	private static final int RADIX = 36;

	private final List<Long> revisions;

	private Revisions(List<Long> revisions) {
		this.revisions = revisions;
	}

	/**
	 * Chooses the revision that follows another.
	 */
	public static long after(long revision) {
		return revision + 1 + ThreadLocalRandom.current().nextInt(MAX_STEP);
	}

	/**
	 * Reads what {@link #write} has written.
	 * @param text the text, {@code null} or damaged if nothing is known
	 */
	public static Revisions read(@Nullable String text) {
		List<Long> revisions = new ArrayList<>();
		try {
			long revision = 0;
			for (String step : (text != null && !text.isEmpty()) ? text.split(" ") : new String[0]) {
				revision += Long.parseLong(step, RADIX);
				revisions.add(revision);
			}
			return new Revisions(revisions);
		}
		catch (NumberFormatException ex) {
			return new Revisions(List.of());
		}
	}

	public Revisions with(long revision) {
		List<Long> revisions = new ArrayList<>(this.revisions);
		revisions.add(revision);
		return new Revisions(revisions.subList(Math.max(0, revisions.size() - MAX_COUNT), revisions.size()));
	}

	/**
	 * Whether a revision has certainly never been, as far back as these go.
	 */
	public boolean exclude(long revision) {
		return !this.revisions.isEmpty() && this.revisions.get(0) <= revision && !this.revisions.contains(revision);
	}

	public String write() {
		StringJoiner text = new StringJoiner(" ");
		long before = 0;
		for (long revision : this.revisions) {
			text.add(Long.toString(revision - before, RADIX));
			before = revision;
		}
		return text.toString();
	}

}
