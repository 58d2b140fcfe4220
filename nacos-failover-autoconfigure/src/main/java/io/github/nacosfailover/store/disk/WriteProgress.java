package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import static java.util.stream.Collectors.toSet;

/**
 * Follows the writes of several data files at once, by any process, so that nobody is
 * shown half of one. Used under the lock of the {@link DiskStore}.
 */
final class WriteProgress {

	/** A writer that needs longer is dead, or its disk hangs. */
	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

	private final Generations generations;

	private final Path pending;

	private boolean own;

	private @Nullable FileSignature seen;

	private boolean settled;

	private long lastNumber;

	private long waitingSince;

	private @Nullable FileSignature awaited;

	private Set<String> deleted = Set.of();

	WriteProgress(Generations generations) {
		this.generations = generations;
		this.pending = generations.pendingFile();
	}

	/** A write by this process begins to change data files. */
	void begin() {
		this.own = true;
		this.waitingSince = System.nanoTime();
	}

	/**
	 * A write by this process has changed all data files, or none.
	 * @param number number of its generation
	 */
	void end(long number) {
		this.own = false;
		this.awaited = null;
		if (this.lastNumber == number - 1) {
			this.lastNumber = number;
		}
	}

	/**
	 * Whether data files are half written now.
	 * @return {@code true} for a few seconds at most
	 */
	boolean isUnderWay() {
		if (!this.own) {
			FileSignature found = pendingSignature();
			if (found != null && !found.equals(this.awaited)) {
				this.waitingSince = System.nanoTime();
			}
			this.awaited = found;
		}
		return (this.own || this.awaited != null) && System.nanoTime() - this.waitingSince < PATIENCE;
	}

	private @Nullable FileSignature pendingSignature() {
		try {
			return Files.exists(this.pending) ? FileSignature.of(this.pending) : null;
		}
		catch (IOException ex) {
			return null;
		}
	}

	/**
	 * The data files that were written since this was last called.
	 * @param all whether all files will be looked at anyway
	 * @return their names, {@code null} if they cannot be told
	 */
	@Nullable Set<String> written(boolean all) {
		try {
			FileSignature now = FileSignature.of(this.generations.directory());
			if (Objects.equals(now, this.seen) && this.settled) {
				return Set.of();
			}
			this.seen = now;
			// Until the clock has moved on, a further write may look the same.
			this.settled = now == null || now.settledAt(Instant.now()) == null;
			if (now == null) {
				this.lastNumber = 0;
				return Set.of();
			}
			long newest = this.generations.newestNumber();
			List<FileStep> steps = (newest != this.lastNumber) ? this.generations.stepsSince(this.lastNumber)
					: List.of();
			this.lastNumber = newest;
			if (steps == null) {
				return null;
			}
			this.deleted = steps.stream().filter((step) -> step.after() == null).map(FileStep::file).collect(toSet());
			return all ? Set.of() : steps.stream().map(FileStep::file).collect(toSet());
		}
		catch (IOException ex) {
			return null;
		}
	}

	/**
	 * The data files that snapshots have deleted between the last two calls of
	 * {@link #written}.
	 * @return their names, for once
	 */
	Set<String> takeDeleted() {
		Set<String> deleted = this.deleted;
		this.deleted = Set.of();
		return deleted;
	}

	/**
	 * Whether no write has begun or ended since {@link #written}.
	 * @return {@code false} if what was looked at since may be half of one
	 */
	boolean isUndisturbed() {
		try {
			return Objects.equals(FileSignature.of(this.generations.directory()), this.seen);
		}
		catch (IOException ex) {
			return true;
		}
	}

}
