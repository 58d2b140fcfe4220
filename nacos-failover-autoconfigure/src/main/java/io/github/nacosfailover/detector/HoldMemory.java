package io.github.nacosfailover.detector;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.GuardState;
import io.github.nacosfailover.thread.Faults;
import org.jspecify.annotations.Nullable;

/**
 * Lets the next process know how often the services of a namespace were held, and which
 * of them are locked. While it runs, a process counts its own holds only; that an
 * operator has acknowledged them goes for all that share the store. The thread of the
 * detector does not wait for the store: what cannot be written is tried again.
 * <p>
 * The times are those of the wall clock when the process started, so that a clock that is
 * set changes nothing before the next start.
 */
final class HoldMemory {

	private static final Duration EVERY = Duration.ofSeconds(10);

	private static final long MILLI = Duration.ofMillis(1).toNanos();

	private final @Nullable GuardState state;

	private final Faults faults;

	private final Executor executor;

	private final long startNanos;

	private final long startMillis;

	/** What has been read last. */
	private volatile Map<ServiceKey, StoredHolds> stored = Map.of();

	private volatile @Nullable Object version;

	private final Map<ServiceKey, Change> unwritten = new ConcurrentHashMap<>();

	private final AtomicBoolean busy = new AtomicBoolean();

	private final Map<ServiceKey, PastHolds> told = new HashMap<>();

	/** Start times of the holds that this process has reported. */
	private final Map<ServiceKey, Set<Long>> begun = new HashMap<>();

	private final Map<ServiceKey, Long> acknowledged = new HashMap<>();

	private final Set<ServiceKey> takenOver = new HashSet<>();

	private long next;

	/**
	 * Creates the memory of a process that has just started.
	 * @param state where it is kept, {@code null} if nothing is
	 * @param faults takes failures of the store
	 * @param executor reads and writes
	 * @param now the time on the clock of the observations, in nanoseconds
	 * @param wallClock the same time on the wall clock, in milliseconds
	 */
	HoldMemory(@Nullable GuardState state, Faults faults, Executor executor, long now, long wallClock) {
		this.state = state;
		this.faults = faults;
		this.executor = executor;
		this.startNanos = now;
		this.startMillis = wallClock;
		this.next = now;
	}

	/**
	 * Hand what other processes have left to the detectors of services.
	 * @param detectors returns the detector of a service, {@code null} if this process
	 * does not use it
	 */
	void takeOver(Function<ServiceKey, @Nullable ServiceDetector> detectors, long now) {
		this.stored.forEach((key, holds) -> {
			long known = Math.max(this.startMillis, this.acknowledged.getOrDefault(key, 0L));
			this.acknowledged.merge(key, holds.acknowledged(), Math::max);
			boolean news = holds.acknowledged() > known;
			boolean earlier = holds.oldest() < this.startMillis && !this.takenOver.contains(key);
			ServiceDetector detector = (news || earlier) ? detectors.apply(key) : null;
			if (detector != null && news) {
				detector.acknowledge(now);
			}
			if (detector != null && earlier && !detector.isHolding()) {
				this.takenOver.add(key);
				detector.resume(holds.holds().on((time) -> Math.min(now, nanos(time))), now);
				this.told.put(key, detector.pastHolds());
			}
		});
	}

	/** Whether something is stored for a service. */
	boolean knows(ServiceKey key) {
		return this.stored.containsKey(key);
	}

	/** Records that an operator has looked at a service. */
	void acknowledge(ServiceKey key, long now) {
		long known = Math.max(this.acknowledged.getOrDefault(key, 0L),
				this.stored.getOrDefault(key, StoredHolds.NONE).acknowledged());
		this.acknowledged.put(key, Math.max(known + 1, millis(now)));
		this.told.put(key, PastHolds.NONE);
		this.takenOver.add(key);
		put(key, PastHolds.NONE);
		this.next = now;
	}

	/** Record how often services were held, and write what has changed. */
	void keep(Map<ServiceKey, WatchedService> watched, long now) {
		watched.forEach((key, service) -> {
			PastHolds holds = service.detector().pastHolds();
			if (!holds.equals(this.told.getOrDefault(key, PastHolds.NONE))) {
				this.told.put(key, holds);
				put(key, holds.on(this::millis));
				this.next = now;
			}
		});
		if (now - this.next >= 0 && this.state != null && this.busy.compareAndSet(false, true)) {
			this.next = now + EVERY.toNanos();
			this.executor.execute(this::exchange);
		}
	}

	private void put(ServiceKey key, PastHolds holds) {
		Set<Long> withdrawn = this.begun.computeIfAbsent(key, (name) -> new HashSet<>());
		withdrawn.addAll(holds.begun());
		Set<Long> gone = new HashSet<>(withdrawn);
		holds.begun().forEach(gone::remove);
		this.unwritten.put(key, new Change(new StoredHolds(holds, this.acknowledged.getOrDefault(key, 0L)), gone));
	}

	private void exchange() {
		this.faults.run("keeping of holds", () -> {
			GuardState state = this.state;
			if (state != null) {
				write(state);
				read(state);
			}
		});
		this.busy.set(false);
	}

	private void write(GuardState state) throws Exception {
		Map<ServiceKey, Change> changes = Map.copyOf(this.unwritten);
		if (!changes.isEmpty()) {
			long now = System.currentTimeMillis();
			state.change((before) -> {
				Map<ServiceKey, String> after = new HashMap<>(before);
				changes.forEach((key, change) -> after.merge(key, change.holds().toString(),
						(stored, ours) -> change.mergedInto(stored, now)));
				after.values().removeIf((text) -> StoredHolds.parse(text).isOver(now));
				return after;
			});
			changes.forEach(this.unwritten::remove);
		}
	}

	private void read(GuardState state) {
		Object version = state.version();
		if (!version.equals(this.version)) {
			Map<ServiceKey, StoredHolds> read = new HashMap<>();
			state.read().forEach((key, text) -> read.put(key, StoredHolds.parse(text)));
			this.stored = read;
			this.version = version;
		}
	}

	/** Write what is not written yet, as far as that takes no second attempt. */
	void close() {
		if (!this.unwritten.isEmpty()) {
			this.executor.execute(this::exchange);
		}
	}

	private long millis(long nanos) {
		return this.startMillis + Math.floorDiv(nanos - this.startNanos, MILLI);
	}

	private long nanos(long millis) {
		return this.startNanos + (millis - this.startMillis) * MILLI;
	}

	/**
	 * A change that is not written yet.
	 *
	 * @param holds the holds of this process
	 * @param withdrawn times of holds of this process that do not count any more
	 */
	private record Change(StoredHolds holds, Set<Long> withdrawn) {

		String mergedInto(String stored, long now) {
			return this.holds.mergedInto(StoredHolds.parse(stored), this.withdrawn, now).toString();
		}

	}

}
