package io.github.nacosfailover.snapshot;

/**
 * The guard of one process.
 */
final class GuardProcess {

	final GuardStates states;

	final ShrinkGuard guard;

	GuardProcess(boolean shared) {
		this.states = new GuardStates(GuardedServices.SETTINGS, shared);
		this.guard = new ShrinkGuard(GuardedServices.SETTINGS, this.states);
	}

}
