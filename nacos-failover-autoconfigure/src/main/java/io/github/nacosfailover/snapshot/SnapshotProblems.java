package io.github.nacosfailover.snapshot;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.source.ProblemLog;
import io.github.nacosfailover.store.SnapshotArchive;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The problems of the snapshots of a namespace: why none can be written, and which
 * backups cannot be. Read by any thread, changed by one at a time.
 */
final class SnapshotProblems {

	private final FailoverNamespace namespace;

	private final SnapshotArchive archive;

	private final ProblemLog log;

	private volatile @Nullable String failure;

	private volatile Map<ServiceKey, String> unusable = Map.of();

	SnapshotProblems(FailoverNamespace namespace, SnapshotArchive archive, Logger logger) {
		this.namespace = namespace;
		this.archive = archive;
		this.log = new ProblemLog(logger, "snapshots of namespace '%s'".formatted(namespace.name()));
	}

	List<Problem> list() {
		List<Problem> problems = new ArrayList<>(this.archive.problems());
		String failure = this.failure;
		if (failure != null) {
			problems.add(new Problem(location(), failure));
		}
		this.unusable.forEach((key, reason) -> problems
			.add(new Problem(location(), "the backup of %s is kept: %s".formatted(key, reason))));
		return problems;
	}

	private String location() {
		String location = this.namespace.store().location();
		return (location != null) ? location : this.namespace.store().name();
	}

	/** Set why the last write failed, {@code null} if it did not. */
	void failed(@Nullable String failure) {
		this.failure = failure;
		this.log.update(failure);
	}

	/** Set the backups among those of a round that cannot be used or written. */
	void updateUnusable(Collection<ServiceKey> decided, Map<ServiceKey, String> unusable) {
		Map<ServiceKey, String> updated = new TreeMap<>(this.unusable);
		decided.forEach(updated::remove);
		updated.putAll(unusable);
		this.unusable = updated;
	}

}
