package io.github.nacosfailover.snapshot;

import java.time.Duration;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

/**
 * What the guard remembers of a service, over restarts too. Time in here passes only
 * while the service is being looked at.
 */
final class ServiceGuardState {

	private final Duration settle;

	/** Healthy instances of its backups. */
	private RecentMaximum backups;

	/** Healthy instances since it has shrunk, {@code null} while it has not. */
	private @Nullable RecentMaximum shrunk;

	private Duration shrunkFor = Duration.ZERO;

	/**
	 * Tells this time that it has shrunk from others. Processes that share a backup wait
	 * together: one that sees it whole ends the episode for all of them.
	 */
	private @Nullable String episode;

	/** The episode that this one is to take the place of for all. */
	private @Nullable String replaced;

	/** How long ago its backup was brought back, {@code null} if that is over. */
	private @Nullable Duration restoredFor;

	/** {@link #restoredFor} as it was last seen stored for all. */
	private @Nullable Duration storedRestoredFor;

	/** {@link #servedFor} as it was last seen stored for all. */
	private @Nullable Duration storedServedFor;

	/**
	 * How long ago it was served from its backup, {@code null} if that is over, or the
	 * service has been whole since.
	 */
	private @Nullable Duration servedFor;

	ServiceGuardState(Duration settle) {
		this.settle = settle;
		this.backups = new RecentMaximum(settle);
	}

	/** Lets time pass, in which the backup and the restore before it were in force. */
	void pass(int savedHealthy, Duration passed) {
		this.backups.observe(savedHealthy, passed);
		this.servedFor = later(this.servedFor, passed);
		passSinceRestore(passed);
	}

	void passSinceRestore(Duration passed) {
		this.restoredFor = later(this.restoredFor, passed);
	}

	private @Nullable Duration later(@Nullable Duration ago, Duration passed) {
		Duration now = (ago != null) ? ago.plus(passed) : null;
		return (now != null && now.compareTo(this.settle) < 0) ? now : null;
	}

	/**
	 * The most healthy instances that a backup has had lately.
	 */
	int mostHealthy() {
		return this.backups.get();
	}

	/**
	 * Takes note that the service has lost too much.
	 * @param healthy number of healthy instances left
	 * @param passed how long it was in the state before, for certain
	 */
	void shrunk(int healthy, Duration passed) {
		RecentMaximum shrunk = this.shrunk;
		if (shrunk == null || shrunk.isEmpty()) {
			shrunk = new RecentMaximum(this.settle);
			this.shrunk = shrunk;
			this.shrunkFor = Duration.ZERO;
			this.episode = (this.episode != null) ? this.episode : newEpisode();
		}
		else {
			this.shrunkFor = this.shrunkFor.plus(passed);
		}
		shrunk.observe(healthy, passed);
	}

	void recovered() {
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
	 * Lets what has settled so far, and until the next look, count for nothing, here and
	 * for all others that wait.
	 */
	void startAgain() {
		if (this.shrunk != null) {
			if (!this.shrunkFor.isZero()) {
				this.replaced = this.episode;
				this.episode = newEpisode();
			}
			restart();
		}
	}

	private void restart() {
		this.shrunk = new RecentMaximum(this.settle);
		this.shrunkFor = Duration.ZERO;
	}

	/**
	 * Goes on waiting together with others, if this is waiting. If what is stored is
	 * another episode than before, or none, somebody has ended the one before.
	 * @param stored what is stored for all, {@code null} if nothing is
	 */
	void goOnWith(@Nullable ServiceGuardState stored) {
		if (isAtOddsWith(stored)) {
			restart();
			join(stored);
		}
	}

	/**
	 * As {@link #goOnWith}, before this is stored, be it for the first time.
	 * @param stored what is stored for all, {@code null} if nothing is
	 * @return whether what has settled so far was ended
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
			join(stored);
		}
		return ended;
	}

	private boolean isAtOddsWith(@Nullable ServiceGuardState stored) {
		return isShrunk() && !Objects.equals(this.episode, episodeOf(stored)) && !replaces(stored);
	}

	private void join(@Nullable ServiceGuardState stored) {
		String theirs = episodeOf(stored);
		this.episode = (theirs != null) ? theirs : newEpisode();
		this.replaced = null;
	}

	private static @Nullable String episodeOf(@Nullable ServiceGuardState memory) {
		return (memory != null && memory.isShrunk()) ? memory.episode : null;
	}

	/** Whether this has started again, which is not stored yet. */
	boolean replaces(@Nullable ServiceGuardState stored) {
		return this.replaced != null && stored != null && this.replaced.equals(stored.episode);
	}

	/**
	 * Whether this would tell others something.
	 * @param stored what is stored for all
	 * @param resolution how much more time than they know of has to have passed
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

	private static boolean isNews(@Nullable RecentMaximum ours, @Nullable RecentMaximum theirs, Duration resolution) {
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
	 * Whether the service has had no more healthy instances than now for long enough.
	 */
	boolean hasSettled(int healthy) {
		return this.shrunk != null && this.shrunkFor.compareTo(this.settle) >= 0 && this.shrunk.get() <= healthy;
	}

	void restored() {
		this.restoredFor = Duration.ZERO;
	}

	/** Goes by the later of two restores. */
	void restored(@Nullable Duration ago) {
		this.restoredFor = laterOf(this.restoredFor, ago, this.storedRestoredFor);
		this.storedRestoredFor = ago;
	}

	/**
	 * The later of two times.
	 * @param ours how long ago ours is
	 * @param theirs how long ago what is stored for all is
	 * @param before how long ago that was when last looked at: what is stored stays
	 * behind while time passes here, and is news only if it is later than it was
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

	/** Takes note that queries are answered from its backup. */
	void served() {
		this.servedFor = Duration.ZERO;
	}

	/** Goes by the later of two times. */
	void served(@Nullable Duration ago) {
		this.servedFor = laterOf(this.servedFor, ago, this.storedServedFor);
		this.storedServedFor = ago;
	}

	/**
	 * How long ago it was served from its backup.
	 * @return the time, {@code null} if that is over
	 */
	@Nullable Duration servedFor() {
		return this.servedFor;
	}

	/** Takes note that the service has all its instances. */
	void whole() {
		this.servedFor = null;
	}

	/** Whether it makes no difference if this is forgotten. */
	boolean isIdle() {
		return this.shrunk == null && this.restoredFor == null && this.servedFor == null
				&& !this.backups.hasHigherThanNow();
	}

	/**
	 * What is true for other processes that use the same backup as well.
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
	 * Reads what {@link #toString()} has written, by whatever version.
	 * @return the memory, or {@code null} if it is damaged
	 */
	static @Nullable ServiceGuardState parse(Duration settle, String text) {
		ServiceGuardState memory = new ServiceGuardState(settle);
		try {
			for (String part : text.split(";")) {
				String value = part.substring(part.indexOf('=') + 1);
				switch (part.substring(0, part.indexOf('='))) {
					case "backups" -> memory.backups = RecentMaximum.parse(settle, value);
					case "shrunk" -> memory.shrunk = RecentMaximum.parse(settle, value);
					case "shrunkFor" -> memory.shrunkFor = Duration.ofMillis(Long.parseLong(value));
					case "episode" -> memory.episode = value;
					case "restoredFor" -> memory.restoredFor = Duration.ofMillis(Long.parseLong(value));
					case "servedFor" -> memory.servedFor = Duration.ofMillis(Long.parseLong(value));
					default -> {
						// Of a later version.
					}
				}
			}
			if (memory.shrunk != null && memory.episode == null) {
				memory.episode = newEpisode();
			}
			return memory;
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

}
