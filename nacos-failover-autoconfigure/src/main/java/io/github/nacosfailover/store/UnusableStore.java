package io.github.nacosfailover.store;

import java.io.IOException;
import java.util.List;

import io.github.nacosfailover.source.BackupTable;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.source.SourceState;
import io.github.nacosfailover.source.SwitchState;

/**
 * Replaces a store that cannot be opened as configured: it is off and empty, and lists
 * the reason as a problem.
 */
public final class UnusableStore implements FailoverStore {

	private static final SourceState STATE = new SourceState(SwitchState.OFF, BackupTable.EMPTY);

	private final String name;

	private final Problem problem;

	public UnusableStore(String name, String location, String message) {
		this.name = name;
		this.problem = new Problem(location, message);
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public String type() {
		return UnusableStore.class.getName();
	}

	@Override
	public String location() {
		return this.problem.location();
	}

	@Override
	public boolean isWritable() {
		return false;
	}

	@Override
	public SourceState state() {
		return STATE;
	}

	@Override
	public List<Problem> problems() {
		return List.of(this.problem);
	}

	@Override
	public void addListener(Runnable listener) {
		// Nothing ever changes.
	}

	@Override
	public void removeListener(Runnable listener) {
		// Nothing was added.
	}

	@Override
	public void writeSwitch(SwitchState state) throws IOException {
		throw new IOException("%s: %s".formatted(this.problem.location(), this.problem.message()));
	}

}
