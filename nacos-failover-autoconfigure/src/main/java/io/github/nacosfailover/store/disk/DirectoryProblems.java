package io.github.nacosfailover.store.disk;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.source.ProblemLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * What is wrong with a failover directory, for the endpoint and the log. Safe for use by
 * any thread.
 */
final class DirectoryProblems {

	static final String HANGING = "does not answer; see whether the mount of its file system hangs";

	private static final String LOST = "the directory was emptied or is another one than before, and does not have %s; "
			+ "the last state stays in use and is written there again; ";

	private static final String IF_WANTED = "if it was meant to go, set the switch to off first, and then delete the "
			+ "data files";

	private final Path directory;

	private final DirectoryState known;

	private final WriteBack writeBack;

	private final ProblemLog log;

	/** Whether the file system holds the thread that looks at the directory. */
	private volatile boolean hanging;

	DirectoryProblems(Path directory, DirectoryState known, WriteBack writeBack, Logger logger) {
		this.directory = directory;
		this.known = known;
		this.writeBack = writeBack;
		this.log = new ProblemLog(logger, directory.toString());
	}

	boolean isHanging() {
		return this.hanging;
	}

	/**
	 * Records whether the file system holds the thread that looks at the directory.
	 * @param hanging whether it does
	 */
	void hangs(boolean hanging) {
		if (this.hanging != hanging) {
			this.hanging = hanging;
			log();
		}
	}

	/**
	 * Why nothing can be written.
	 * @return the reason, {@code null} if something can
	 */
	@Nullable String writeObstacle() {
		return this.hanging ? HANGING : this.known.writeObstacle();
	}

	List<Problem> list() {
		List<Problem> problems = new ArrayList<>();
		String problem = problemOfDirectory();
		if (problem != null) {
			problems.add(new Problem(this.directory.toString(), problem));
		}
		problems.addAll(this.known.diskSwitch().problems());
		problems.addAll(this.known.dataFiles().problems());
		return problems;
	}

	private @Nullable String problemOfDirectory() {
		if (this.hanging) {
			return HANGING + "; its last state stays in use";
		}
		String problem = this.known.problem();
		if (problem != null) {
			return problem;
		}
		String obstacle = this.known.writeObstacle();
		String lost = this.known.losses().describe();
		if (lost == null) {
			return obstacle;
		}
		String failure = (obstacle != null) ? obstacle : this.writeBack.failure();
		return LOST.formatted(lost) + ((failure != null) ? "that cannot be done now: " + failure : IF_WANTED);
	}

	/**
	 * Logs what has changed. Problems of files that are just being written are not logged
	 * yet.
	 */
	void log() {
		if (!this.known.isSettling()) {
			this.log.update(summary());
		}
	}

	private @Nullable String summary() {
		List<Problem> problems = list();
		if (problems.isEmpty()) {
			return null;
		}
		Problem first = problems.get(0);
		String name = first.location().substring(first.location().lastIndexOf(File.separatorChar) + 1);
		String text = first.location().equals(this.directory.toString()) ? first.message()
				: "%s: %s".formatted(name, first.message());
		return (problems.size() > 1) ? text + " (and %d more)".formatted(problems.size() - 1) : text;
	}

}
