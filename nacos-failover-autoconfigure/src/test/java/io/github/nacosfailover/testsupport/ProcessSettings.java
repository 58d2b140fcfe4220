package io.github.nacosfailover.testsupport;

import java.time.Duration;

import io.github.nacosfailover.store.shared.SharedSettings;

/**
 * How the processes of tests use a shared store. What no test is about is said here
 * alone.
 */
public final class ProcessSettings {

	private static final int KEEP = 10;

	private static final long MAX_SIZE = 1_000_000;

	private ProcessSettings() {
	}

	/**
	 * Settings of a process that keeps more snapshots than a test makes.
	 * @param process what it is called in the report of the fleet
	 * @param pollInterval how often it looks for changes
	 * @param reportInterval how often it reports
	 * @return the settings
	 */
	public static SharedSettings of(String process, Duration pollInterval, Duration reportInterval) {
		return of(process, pollInterval, reportInterval, KEEP);
	}

	/**
	 * Settings of a process.
	 * @param process what it is called in the report of the fleet
	 * @param pollInterval how often it looks for changes
	 * @param reportInterval how often it reports
	 * @param keep number of snapshots to keep
	 * @return the settings
	 */
	public static SharedSettings of(String process, Duration pollInterval, Duration reportInterval, int keep) {
		return new SharedSettings(pollInterval, reportInterval, process, keep, MAX_SIZE);
	}

}
