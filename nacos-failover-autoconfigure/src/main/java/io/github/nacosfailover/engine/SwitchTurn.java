package io.github.nacosfailover.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.github.nacosfailover.exception.FailoverUnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one thread at a time change switches. The others wait for a limited time, and the
 * log shows what they were waiting for.
 */
final class SwitchTurn {

	private static final Logger logger = LoggerFactory.getLogger(SwitchTurn.class);

	private final ReentrantLock lock = new ReentrantLock();

	private final Duration patience;

	private volatile @Nullable Thread holder;

	/**
	 * Creates a new instance.
	 * @param patience how long to wait for another thread
	 */
	SwitchTurn(Duration patience) {
		this.patience = patience;
	}

	/**
	 * Takes the turn, which the same thread has to release.
	 * @throws FailoverUnavailableException if another thread keeps it, or this one is
	 * interrupted
	 */
	void take() {
		boolean taken;
		try {
			taken = this.lock.tryLock(this.patience.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new FailoverUnavailableException(List.of("interrupted while waiting for another change of a switch"));
		}
		if (!taken) {
			throw new FailoverUnavailableException(List.of(describe(this.holder)));
		}
		this.holder = Thread.currentThread();
	}

	private String describe(@Nullable Thread holder) {
		String by = (holder != null) ? " on thread '%s'".formatted(holder.getName()) : "";
		String reason = "another change of a switch%s has not ended for %d s; try again, or write the switch file"
			.formatted(by, this.patience.toSeconds());
		if (holder != null) {
			Throwable place = new Throwable("Stack of thread '%s'".formatted(holder.getName()));
			place.setStackTrace(holder.getStackTrace());
			logger.warn("Failover: {}", reason, place);
		}
		return reason;
	}

	void release() {
		this.holder = null;
		this.lock.unlock();
	}

}
