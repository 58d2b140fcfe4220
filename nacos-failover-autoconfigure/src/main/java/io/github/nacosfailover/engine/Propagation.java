package io.github.nacosfailover.engine;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;

import io.github.nacosfailover.store.FleetState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until a change has arrived where it counts: at the clients of this process, or at
 * all processes that share the store.
 */
final class Propagation {

	private static final Logger logger = LoggerFactory.getLogger(Propagation.class);

	/** The longest pause a reactor of an undecorated client makes is 5 s. */
	private static final Duration APPLY_TIMEOUT = Duration.ofSeconds(7);

	private static final long FLEET_POLL_MILLIS = 100;

	private Propagation() {
	}

	/**
	 * Waits until the clients of namespaces see the views of now. Decorated ones do at
	 * once.
	 * @param targets the namespaces
	 */
	static void awaitApplied(Collection<FailoverNamespace> targets) {
		long end = System.nanoTime() + APPLY_TIMEOUT.toNanos();
		for (FailoverNamespace target : targets) {
			if (!target.awaitApplied(Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
				logger.warn("Failover of namespace '{}': a client has not taken the change within {} s", target.name(),
						APPLY_TIMEOUT.toSeconds());
			}
		}
	}

	/** Waits without the lock: other switches may be more urgent. */
	static void awaitFleet(Collection<FailoverNamespace> targets, Duration timeout) {
		long end = System.nanoTime() + timeout.toNanos();
		for (FailoverNamespace target : targets) {
			FleetState fleet = target.store().fleet();
			while (fleet != null && !fleet.lagging().isEmpty() && System.nanoTime() < end) {
				try {
					TimeUnit.MILLISECONDS.sleep(FLEET_POLL_MILLIS);
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
					return;
				}
				fleet = target.store().fleet();
			}
		}
	}

}
