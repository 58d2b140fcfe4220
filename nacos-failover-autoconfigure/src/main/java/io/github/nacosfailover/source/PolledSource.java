package io.github.nacosfailover.source;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.alibaba.nacos.client.naming.backups.FailoverData;
import com.alibaba.nacos.client.naming.backups.FailoverDataSource;
import com.alibaba.nacos.client.naming.backups.FailoverSwitch;
import io.github.nacosfailover.thread.Faults;
import io.github.nacosfailover.thread.RepeatedTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A third-party {@link FailoverDataSource}, polled on a thread of its own so that
 * exceptions, hanging calls and invalid answers affect nothing else. Its switch is asked
 * for every second, its data as often as the stock client does (every 5 s) while its own
 * switch is on or the data are not all right, and otherwise every 30 s.
 */
public final class PolledSource implements FailoverSource, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(PolledSource.class);

	private static final Duration POLL = Duration.ofSeconds(1);

	private static final Duration DATA_WHILE_ON = Duration.ofSeconds(5);

	private static final Duration DATA_WHILE_OFF = Duration.ofSeconds(30);

	private static final Duration SLOW = Duration.ofSeconds(5);

	private final String name;

	private final FailoverDataSource delegate;

	private final Duration poll;

	private final Faults faults;

	private final RepeatedTask polling;

	private final ProblemLog problemLog;

	private final ProblemLog slowLog;

	private final Listeners listeners;

	private final CountDownLatch firstAnswer = new CountDownLatch(1);

	private volatile SourceState state = SourceState.NOTHING;

	private volatile @Nullable String switchProblem;

	private volatile @Nullable String dataProblem;

	private @Nullable String switchProblemKind;

	private @Nullable String dataProblemKind;

	private volatile long callStarted;

	private volatile long dataTaken;

	private volatile boolean closed;

	public PolledSource(String name, FailoverDataSource delegate) {
		this(name, delegate, POLL);
	}

	PolledSource(String name, FailoverDataSource delegate, Duration poll) {
		this.poll = poll;
		this.name = name;
		this.delegate = delegate;
		this.listeners = new Listeners(logger, "source '%s'".formatted(name));
		this.problemLog = new ProblemLog(logger, "source '%s' (%s)".formatted(name, type()));
		this.slowLog = new ProblemLog(logger, "source '%s' (%s)".formatted(name, type()));
		this.faults = new Faults(logger, "source '%s'".formatted(name));
		this.polling = new RepeatedTask("nacos-failover-source-" + name, this.faults, this::pollAndNotify);
		this.polling.start();
		SlowSources.add(this);
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public String type() {
		return this.delegate.getClass().getName();
	}

	@Override
	public @Nullable String location() {
		return null;
	}

	@Override
	public SourceState state() {
		return this.state;
	}

	@Override
	public List<Problem> problems() {
		List<Problem> problems = new ArrayList<>();
		for (String message : new String[] { this.switchProblem, this.dataProblem, slowness() }) {
			if (message != null) {
				problems.add(new Problem(this.name, message));
			}
		}
		problems.addAll(Problem.listOf(this.faults));
		problems.addAll(this.listeners.problems());
		return problems;
	}

	private @Nullable String slowness() {
		long started = this.callStarted;
		if (started == 0) {
			return null;
		}
		long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started);
		return (seconds >= SLOW.toSeconds())
				? "has not answered for %d s; its last state stays in use".formatted(seconds) : null;
	}

	@Override
	public void addListener(Runnable listener) {
		this.listeners.add(listener);
	}

	@Override
	public void removeListener(Runnable listener) {
		this.listeners.remove(listener);
	}

	/**
	 * Waits for the first answer, so that an application that starts with failover on is
	 * served from its first query.
	 * @param timeout how long to wait at most
	 */
	public void awaitFirstAnswer(Duration timeout) {
		try {
			this.firstAnswer.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Fails only of what is not the source's own failure, which is a problem. */
	private long pollAndNotify() {
		SourceState before = this.state;
		poll();
		this.firstAnswer.countDown();
		if (this.state != before && !this.closed) {
			this.listeners.dispatch();
		}
		return this.poll.toNanos();
	}

	private void poll() {
		this.callStarted = System.nanoTime();
		SwitchState failoverSwitch = askSwitch();
		BackupTable backups = this.state.backups();
		boolean switched = isOn(failoverSwitch) != isOn(this.state.failoverSwitch());
		if (this.dataTaken == 0 || switched || nextData(failoverSwitch).isNegative()) {
			this.callStarted = System.nanoTime();
			backups = askData(backups);
			this.dataTaken = System.nanoTime();
		}
		this.callStarted = 0;
		if (this.closed) {
			return;
		}
		if (failoverSwitch != this.state.failoverSwitch() || backups != this.state.backups()) {
			this.state = new SourceState(failoverSwitch, backups);
		}
		boolean switchFailed = this.switchProblem != null;
		this.problemLog.update(
				(switchFailed || this.dataProblem != null) ? this.switchProblemKind + " " + this.dataProblemKind : null,
				switchFailed ? this.switchProblem : this.dataProblem);
	}

	private Duration nextData(@Nullable SwitchState failoverSwitch) {
		boolean idle = !isOn(failoverSwitch) && this.dataProblem == null;
		return (idle ? DATA_WHILE_OFF : DATA_WHILE_ON).minusNanos(System.nanoTime() - this.dataTaken);
	}

	/** How long the data are not asked for, unless the switch changes. */
	Duration nextData() {
		return nextData(this.state.failoverSwitch());
	}

	/** Called on another thread, since the one of this source is blocked. */
	void logSlowness() {
		String slowness = slowness();
		this.slowLog.update((slowness != null) ? "slow" : null, slowness);
	}

	private static boolean isOn(@Nullable SwitchState state) {
		return state != null && state.enabled();
	}

	private @Nullable SwitchState askSwitch() {
		SwitchState known = this.state.failoverSwitch();
		try {
			FailoverSwitch answer = this.delegate.getSwitch();
			this.switchProblem = null;
			this.switchProblemKind = null;
			if (answer == null) {
				return null;
			}
			if (known != null && known.enabled() == answer.getEnabled()) {
				return known;
			}
			return new SwitchState(answer.getEnabled(), Instant.now(), "source:" + this.name, null, null);
		}
		catch (Throwable ex) {
			this.switchProblem = "getSwitch() failed, its last state stays in use: " + SourceAnswer.describe(ex);
			this.switchProblemKind = ex.getClass().getName();
			return known;
		}
		finally {
			forgetInterrupt();
		}
	}

	private BackupTable askData(BackupTable known) {
		try {
			Map<String, FailoverData> answer = this.delegate.getFailoverData();
			if (answer == null) {
				this.dataProblem = "getFailoverData() returned null, its last data stay in use; "
						+ "return an empty map when there are none";
				this.dataProblemKind = "null";
				return known;
			}
			SourceAnswer taken = SourceAnswer.of(answer, known);
			this.dataProblem = taken.problem();
			this.dataProblemKind = taken.rejected().isEmpty() ? null : "entries " + taken.rejected().keySet();
			return taken.backups();
		}
		catch (Throwable ex) {
			this.dataProblem = "getFailoverData() failed, its last data stay in use: " + SourceAnswer.describe(ex);
			this.dataProblemKind = ex.getClass().getName();
			return known;
		}
		finally {
			forgetInterrupt();
		}
	}

	/** A source that leaves its thread interrupted would break off its next answer. */
	private void forgetInterrupt() {
		if (!this.closed) {
			Thread.interrupted();
		}
	}

	@Override
	public void close() {
		this.closed = true;
		SlowSources.remove(this);
		this.polling.interrupt();
	}

}
