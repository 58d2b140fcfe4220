package io.github.nacosfailover.snapshot;

import java.time.Duration;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

/**
 * What the guard knows of a service. It is stored, so that a restart does not shorten any
 * wait. Time passes in it only while the service is being observed.
 */
final class ServiceGuardState {

	private final Duration settle;

	/** Healthy instances of its backups within the settling time. */
	private SlidingWindowMaximum backups;

	/** Healthy instances while shrunk, {@code null} if not shrunk. */
	private @Nullable SlidingWindowMaximum shrunk;

	private Duration shrunkFor = Duration.ZERO;

	/**
	 * Id of the current loss. Processes that share a backup wait together: one that sees
	 * the service complete ends the episode for all of them.
	 */
	private @Nullable String episode;

	/** The stored episode that the current one replaces. */
	private @Nullable String replaced;

	/** How long ago its backup was restored, {@code null} if longer than to settle. */
	private @Nullable Duration restoredFor;

	/** {@link #restoredFor} as last read from the store. */
	private @Nullable Duration storedRestoredFor;

	/** {@link #servedFor} as last read from the store. */
	private @Nullable Duration storedServedFor;

	/**
	 * How long ago it was served from its backup, {@code null} if longer than to settle,
	 * or if the service has been complete since.
	 */
	private @Nullable Duration servedFor;

	ServiceGuardState(Duration settle) {
		this.settle = settle;
		this.backups = new SlidingWindowMaximum(settle);
	}

	/** Let time elapse, during which the backup before was in use. */
	void observeBackup(int savedHealthy, Duration elapsed) {
		this.backups.observe(savedHealthy, elapsed);
		this.servedFor = advance(this.servedFor, elapsed);
		advanceRestored(elapsed);
	}

	void advanceRestored(Duration elapsed) {
		this.restoredFor = advance(this.restoredFor, elapsed);
	}

	private @Nullable Duration advance(@Nullable Duration ago, Duration elapsed) {
		Duration now = (ago != null) ? ago.plus(elapsed) : null;
		return (now != null && now.compareTo(this.settle) < 0) ? now : null;
	}

	/**
	 * The highest number of healthy instances of a backup within the settling time.
	 */
	int mostHealthy() {
		return this.backups.get();
	}

	/**
	 * Record that the service is shrunk.
	 * @param healthy number of healthy instances left
	 * @param elapsed certain time since the observation before
	 */
	void observeShrunk(int healthy, Duration elapsed) {
		SlidingWindowMaximum shrunk = this.shrunk;
		if (shrunk == null || shrunk.isEmpty()) {
			shrunk = new SlidingWindowMaximum(this.settle);
			this.shrunk = shrunk;
			this.shrunkFor = Duration.ZERO;
			this.episode = (this.episode != null) ? this.episode : newEpisode();
		}
		else {
			this.shrunkFor = this.shrunkFor.plus(elapsed);
		}
		shrunk.observe(healthy, elapsed);
	}

	void endShrunk() {
		this.shrunk = null;
		this.episode = null;
		this.replaced = null;
	}

	private static String newEpisode() {
		return Long.toHexString(ThreadLocalRandom.current().nextLong());
	}

	boolean isShrunk() {
		return this.shrunk != null;
	}

	/**
	 * Discard the time for which the loss has held so far and until the next observation,
	 * here and in all other processes that wait.
	 */
	void restartSettling() {
		if (this.shrunk != null) {
			if (!this.shrunkFor.isZero()) {
				this.replaced = this.episode;
				this.episode = newEpisode();
			}
			restart();
		}
	}

	private void restart() {
		this.shrunk = new SlidingWindowMaximum(this.settle);
		this.shrunkFor = Duration.ZERO;
	}

	/**
	 * Continue the wait together with other processes, if the service is shrunk. If
	 * another episode is stored than before, or none, a process has ended the one before.
	 * @param stored the stored state, {@code null} if there is none
	 */
	void goOnWith(@Nullable ServiceGuardState stored) {
		if (isAtOddsWith(stored)) {
			restart();
			joinEpisode(stored);
		}
	}

	/**
	 * As {@link #goOnWith}, right before this state is stored.
	 * @param stored the stored state, {@code null} if there is none
	 * @return whether another process has ended the wait
	 */
	boolean storeBeside(@Nullable ServiceGuardState stored) {
		if (!isAtOddsWith(stored)) {
			return false;
		}
		boolean ended = !this.shrunkFor.isZero();
		if (ended) {
			restart();
		}
		if (ended || episodeOf(stored) != null) {
			joinEpisode(stored);
		}
		return ended;
	}

	private boolean isAtOddsWith(@Nullable ServiceGuardState stored) {
		return isShrunk() && !Objects.equals(this.episode, episodeOf(stored)) && !replaces(stored);
	}

	private void joinEpisode(@Nullable ServiceGuardState stored) {
		String theirs = episodeOf(stored);
		this.episode = (theirs != null) ? theirs : newEpisode();
		this.replaced = null;
	}

	private static @Nullable String episodeOf(@Nullable ServiceGuardState state) {
		return (state != null && state.isShrunk()) ? state.episode : null;
	}

	/** Whether settling was restarted, which is not stored yet. */
	boolean replaces(@Nullable ServiceGuardState stored) {
		return this.replaced != null && stored != null && this.replaced.equals(stored.episode);
	}

	/**
	 * Whether this state is worth storing.
	 * @param stored the stored state
	 * @param resolution by how much times have to differ
	 */
	boolean isNewsTo(ServiceGuardState stored, Duration resolution) {
		if (isShrunk() != stored.isShrunk() || !Objects.equals(this.episode, stored.episode)
				|| (this.restoredFor != null) != (stored.restoredFor != null)
				|| (this.servedFor != null) != (stored.servedFor != null)) {
			return true;
		}
		return isNews(this.shrunk, stored.shrunk, resolution) || isNews(this.backups, stored.backups, resolution)
				|| isLater(this.shrunkFor, stored.shrunkFor, resolution)
				|| isLater(this.restoredFor, stored.restoredFor, resolution)
				|| isLater(this.servedFor, stored.servedFor, resolution);
	}

	private static boolean isNews(@Nullable SlidingWindowMaximum ours, @Nullable SlidingWindowMaximum theirs,
			Duration resolution) {
		return ours != null && theirs != null && ours.isNewsTo(theirs, resolution);
	}

	private static boolean isLater(@Nullable Duration ours, @Nullable Duration theirs, Duration resolution) {
		return ours != null && theirs != null && ours.compareTo(theirs) > 0
				&& ours.minus(theirs).compareTo(resolution) >= 0;
	}

	Duration shrunkFor() {
		return this.shrunkFor;
	}

	/**
	 * Whether the service has had no more healthy instances than now for the settling
	 * time.
	 */
	boolean hasSettled(int healthy) {
		return this.shrunk != null && this.shrunkFor.compareTo(this.settle) >= 0 && this.shrunk.get() <= healthy;
	}

	void markRestored() {
		this.restoredFor = Duration.ZERO;
	}

	void markServed() {
		this.servedFor = Duration.ZERO;
	}

	/** Take over later restores and servings that other processes have stored. */
	void join(ServiceGuardState stored) {
		this.restoredFor = laterOf(this.restoredFor, stored.restoredFor, this.storedRestoredFor);
		this.storedRestoredFor = stored.restoredFor;
		this.servedFor = laterOf(this.servedFor, stored.servedFor, this.storedServedFor);
		this.storedServedFor = stored.servedFor;
	}

	/**
	 * The later of two events.
	 * @param ours how long ago the one known here is
	 * @param theirs how long ago the stored one is
	 * @param before {@code theirs} as last read: the stored time lags behind, so it is
	 * another event only if it is less than before
	 */
	private static @Nullable Duration laterOf(@Nullable Duration ours, @Nullable Duration theirs,
			@Nullable Duration before) {
		if (theirs == null || (before != null && theirs.compareTo(before) >= 0)) {
			return ours;
		}
		return (ours == null || theirs.compareTo(ours) < 0) ? theirs : ours;
	}

	@Nullable Duration restoredFor() {
		return this.restoredFor;
	}

	@Nullable Duration servedFor() {
		return this.servedFor;
	}

	void markComplete() {
		this.servedFor = null;
	}

	/** Whether removing this state makes no difference. */
	boolean isIdle() {
		return this.shrunk == null && this.restoredFor == null && this.servedFor == null
				&& !this.backups.hasHigherThanCurrent();
	}

	/**
	 * The part that counts for all processes that use the backup: not the loss, which
	 * each has to see itself.
	 */
	ServiceGuardState shared() {
		ServiceGuardState shared = new ServiceGuardState(this.settle);
		shared.backups = this.backups;
		shared.restoredFor = this.restoredFor;
		shared.servedFor = this.servedFor;
		return shared;
	}

	@Override
	public String toString() {
		StringJoiner text = new StringJoiner(";");
		text.add("backups=" + this.backups);
		if (this.shrunk != null) {
			text.add("shrunk=" + this.shrunk).add("shrunkFor=" + this.shrunkFor.toMillis());
			text.add("episode=" + this.episode);
		}
		if (this.restoredFor != null) {
			text.add("restoredFor=" + this.restoredFor.toMillis());
		}
		if (this.servedFor != null) {
			text.add("servedFor=" + this.servedFor.toMillis());
		}
		return text.toString();
	}

	/**
	 * Parse the result of {@link #toString()}, of any version.
	 * @return the state, or {@code null} if it is damaged
	 */
	static @Nullable ServiceGuardState parse(Duration settle, String text) {
		ServiceGuardState state = new ServiceGuardState(settle);
		try {
			for (String part : text.split(";")) {
				String value = part.substring(part.indexOf('=') + 1);
				switch (part.substring(0, part.indexOf('='))) {
					case "backups" -> state.backups = SlidingWindowMaximum.parse(settle, value);
					case "shrunk" -> state.shrunk = SlidingWindowMaximum.parse(settle, value);
					case "shrunkFor" -> state.shrunkFor = Duration.ofMillis(Long.parseLong(value));
					case "episode" -> state.episode = value;
					case "restoredFor" -> state.restoredFor = Duration.ofMillis(Long.parseLong(value));
					case "servedFor" -> state.servedFor = Duration.ofMillis(Long.parseLong(value));
					default -> {
						// Of a later version.
					}
				}
			}
			if (state.shrunk != null && state.episode == null) {
				state.episode = newEpisode();
			}
			return state;
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

}
