package io.github.nacosfailover.snapshot;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.exception.FailoverUnavailableException;
import io.github.nacosfailover.report.SnapshotList.KeptBackup;
import io.github.nacosfailover.report.SnapshotOutcome;
import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.UnavailableStoreException;
import org.jspecify.annotations.Nullable;

/**
 * Collects the results of an operation on several namespaces: a failure in one does not
 * keep it from the others.
 */
final class OperationResult {

	private final String id = SnapshotId.next();

	private final List<KeptBackup> kept = new ArrayList<>();

	private final List<String> failures = new ArrayList<>();

	private boolean unavailable;

	private @Nullable String newest;

	private boolean changed;

	private int services;

	private int instances;

	/** The id of the snapshot that the operation creates. */
	String id() {
		return this.id;
	}

	void add(NamespaceSnapshots target, @Nullable Snapshot written, Map<ServiceKey, String> kept) throws IOException {
		Snapshot current = (written != null) ? written : target.archive().snapshots().stream().findFirst().orElse(null);
		if (current != null) {
			this.newest = (this.newest == null || written != null) ? current.id() : this.newest;
			this.services += current.services();
			this.instances += current.instances();
		}
		this.changed |= written != null;
		new TreeMap<>(kept)
			.forEach((key, reason) -> this.kept.add(new KeptBackup(target.namespace().name(), key.toString(), reason)));
	}

	void addFailure(NamespaceSnapshots target, String reason) {
		this.failures.add("namespace '%s': %s".formatted(target.namespace().name(), reason));
	}

	/** Run the operation for one namespace and collect its failure, if any. */
	void attempt(NamespaceSnapshots target, Operation operation) {
		try {
			operation.run(target);
		}
		catch (IOException ex) {
			this.unavailable |= ex instanceof UnavailableStoreException;
			addFailure(target, String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Throw what has failed, if anything has.
	 */
	void throwFailures() {
		if (this.unavailable) {
			throw new FailoverUnavailableException(this.failures);
		}
		if (!this.failures.isEmpty()) {
			throw new FailoverRefusedException(this.failures);
		}
	}

	SnapshotOutcome get() {
		throwFailures();
		return new SnapshotOutcome(this.newest, this.changed, this.services, this.instances, List.copyOf(this.kept));
	}

	/** An operation on the snapshots of one namespace. */
	interface Operation {

		void run(NamespaceSnapshots target) throws IOException;

	}

}
