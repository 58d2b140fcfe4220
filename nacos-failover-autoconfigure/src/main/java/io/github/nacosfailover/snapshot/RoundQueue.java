package io.github.nacosfailover.snapshot;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.github.nacosfailover.backup.ServiceKey;

/**
 * The services that the next rounds of a namespace have to process, each with whether to
 * query the server even if a client has data of it. Hints come from any thread, the rest
 * is called by one thread at a time.
 */
final class RoundQueue {

	private final Map<ServiceKey, Boolean> hints = new ConcurrentHashMap<>();

	private final RoundSchedule schedule;

	private final SnapshotScope scope;

	RoundQueue(SnapshotSettings settings, SnapshotScope scope) {
		this.schedule = new RoundSchedule(settings);
		this.scope = scope;
	}

	/**
	 * Queue a service that may have changed.
	 * @param pushed whether the server has reported the change
	 * @return whether a round is due earlier than before
	 */
	boolean add(ServiceKey key, boolean pushed) {
		this.hints.merge(key, pushed, Boolean::logicalOr);
		return this.schedule.scheduleHints();
	}

	/** Queue all services. */
	void addAll() {
		this.schedule.advanceVerification();
	}

	/** Queue services again that could not be processed. */
	void retry(Map<ServiceKey, Boolean> services) {
		services.forEach((key, pushed) -> this.hints.merge(key, pushed, Boolean::logicalOr));
		this.schedule.scheduleRetry();
	}

	/**
	 * Take the services that are due.
	 * @param watched supplies the services that the guard watches
	 * @param due receives the services
	 */
	void takeDue(ServerAnswers server, Supplier<Set<ServiceKey>> watched, Map<ServiceKey, Boolean> due) {
		boolean all = this.schedule.takeVerification();
		if (this.schedule.takeHints() || all) {
			takeHints(due);
		}
		if (this.schedule.takeWatch() || all) {
			watched.get().forEach((key) -> due.putIfAbsent(key, false));
		}
		if (all) {
			takeScope(server, due);
		}
	}

	/** Take all services in scope, whether they are due or not. */
	Map<ServiceKey, Boolean> takeAll(ServerAnswers server) {
		Map<ServiceKey, Boolean> services = new LinkedHashMap<>();
		takeHints(services);
		takeScope(server, services);
		return services;
	}

	private void takeHints(Map<ServiceKey, Boolean> services) {
		for (ServiceKey key : List.copyOf(this.hints.keySet())) {
			Boolean pushed = this.hints.remove(key);
			if (pushed != null) {
				services.put(key, pushed);
				if (!this.scope.isInUse(key)) {
					services.remove(key);
				}
			}
		}
	}

	private void takeScope(ServerAnswers server, Map<ServiceKey, Boolean> services) {
		this.scope.services(server).forEach((key) -> services.putIfAbsent(key, false));
	}

	void scheduleWatch(boolean anyWatched) {
		this.schedule.scheduleWatch(anyWatched);
	}

	long pauseNanos() {
		return this.schedule.pauseNanos();
	}

}
