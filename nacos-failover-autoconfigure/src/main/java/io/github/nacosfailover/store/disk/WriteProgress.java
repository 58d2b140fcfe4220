package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.github.nacosfailover.store.disk.DirectoryDocuments.FileSignatures;
import io.github.nacosfailover.store.document.DocumentIndex;
import org.jspecify.annotations.Nullable;

/**
 * Tracks writes of several data files by any process, so that no partial write is shown.
 * Used under the lock of the {@link DiskStore}.
 */
final class WriteProgress {

	/** After this time the writer is considered dead. */
	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

	private static final FileSignatures NOTHING = new FileSignatures(null, null);

	private final DirectoryDocuments documents;

	private boolean own;

	private FileSignatures seen = NOTHING;

	private boolean settled;

	private FileSignatures checked = NOTHING;

	private boolean underWay;

	/** Whether files were looked at while a write that had died was not finished. */
	private boolean unfinished;

	private long lastWrite;

	private long waitingSince;

	private final Set<String> deleted = new HashSet<>();

	WriteProgress(DirectoryDocuments documents) {
		this.documents = documents;
	}

	/** Called when a write by this process begins to change data files. */
	void begin() {
		this.own = true;
		this.waitingSince = System.nanoTime();
	}

	/**
	 * Called when a write by this process has changed all data files, or none.
	 * @param previous revision of the write before it
	 * @param write its revision, 0 if nothing was written after all
	 */
	void end(long previous, long write) {
		this.own = false;
		this.checked = NOTHING;
		if (write > 0 && this.lastWrite == previous) {
			this.lastWrite = write;
		}
	}

	/**
	 * Return whether data files are half written now, which they are for a few seconds at
	 * most.
	 */
	boolean isUnderWay() {
		if (!this.own) {
			check();
		}
		return (this.own || this.underWay) && System.nanoTime() - this.waitingSince < PATIENCE;
	}

	private void check() {
		try {
			FileSignatures now = this.documents.signatures();
			if (now.equals(this.checked)) {
				return;
			}
			boolean before = this.underWay;
			boolean another = !Objects.equals(now.index(), this.checked.index());
			this.underWay = !this.documents.isApplied();
			this.checked = now;
			if (this.underWay && (another || !before)) {
				this.waitingSince = System.nanoTime();
			}
		}
		catch (IOException ex) {
			this.underWay = false;
		}
	}

	/**
	 * Return the data files that were written since this was last called.
	 * @param all whether all files will be looked at anyway
	 * @return their names, {@code null} if they cannot be determined
	 */
	@Nullable Set<String> written(boolean all) {
		try {
			FileSignatures now = this.documents.signatures();
			if (now.equals(this.seen) && this.settled) {
				return Set.of();
			}
			DocumentIndex index = this.documents.index();
			boolean applied = this.documents.isApplied(index);
			if (!applied && isUnderWay()) {
				// It has just begun; the files are looked at again.
				return Set.of();
			}
			this.seen = now;
			// Until the clock has moved on, a further write may look the same.
			this.settled = now.index() == null || now.index().settledAt(Instant.now()) == null;
			if (now.index() == null) {
				this.lastWrite = 0;
				return Set.of();
			}
			boolean looksAgain = this.unfinished && applied;
			this.unfinished = !applied;
			List<FileStep> steps = stepsSince(index);
			if (looksAgain) {
				return null;
			}
			if (steps == null) {
				return null;
			}
			steps.stream().filter((step) -> step.after() == null).map(FileStep::file).forEach(this.deleted::add);
			return all ? Set.of() : steps.stream().map(FileStep::file).collect(Collectors.toSet());
		}
		catch (IOException ex) {
			return null;
		}
	}

	private @Nullable List<FileStep> stepsSince(DocumentIndex index) throws IOException {
		long known = this.lastWrite;
		this.lastWrite = DataFileLog.lastWrite(index);
		if (this.lastWrite == known) {
			return List.of();
		}
		return (DataFileLog.previousWrite(index) == known) ? DataFileLog.steps(index, this.documents) : null;
	}

	/**
	 * Return the data files that snapshots have deleted since this was last called, as
	 * far as {@link #written} has seen.
	 */
	Set<String> takeDeleted() {
		Set<String> deleted = Set.copyOf(this.deleted);
		this.deleted.clear();
		return deleted;
	}

	/**
	 * Return whether no write has begun or ended since {@link #written}; if one has, what
	 * was looked at since may be half of one.
	 */
	boolean isUndisturbed() {
		try {
			return this.documents.signatures().equals(this.seen);
		}
		catch (IOException ex) {
			return true;
		}
	}

}
