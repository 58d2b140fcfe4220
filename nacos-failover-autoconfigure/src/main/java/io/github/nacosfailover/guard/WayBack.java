package io.github.nacosfailover.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.report.FailoverStatus.WhenSafeStatus;
import io.github.nacosfailover.request.WhenSafeRequest;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * A way back to what is live that somebody has armed for a namespace: for its switch, or
 * for services that are on by themselves. Safe for use by any thread.
 */
final class WayBack {

	private static final List<String> NOT_LOOKED_YET = List.of("the first look at the services");

	private final String by;

	private final SwitchOrigin origin;

	private final @Nullable String reason;

	private final @Nullable Instant until;

	/** On a clock that only runs forward, {@code null} for no end. */
	private final @Nullable Long deadline;

	/** The switch that it leads back from. */
	private final SwitchState failoverSwitch;

	private final TwoLooks looks = new TwoLooks();

	/** The services that are still to go back, {@code null} for the switch. */
	private final @Nullable Map<ServiceKey, TwoLooks> services;

	private volatile List<String> waitingFor = NOT_LOOKED_YET;

	private @Nullable Long tried;

	/** Who is about to switch, so that this is not taken for somebody else's doing. */
	private volatile @Nullable Thread goer;

	private WayBack(String by, SwitchOrigin origin, @Nullable String reason, @Nullable Duration within,
			SwitchState failoverSwitch, Collection<ServiceKey> services) {
		this.by = by;
		this.origin = origin;
		this.reason = reason;
		this.until = (within != null) ? Instant.now().plus(within) : null;
		this.deadline = (within != null) ? (Long) (System.nanoTime() + within.toNanos()) : null;
		this.failoverSwitch = failoverSwitch;
		this.services = services.isEmpty() ? null : new TreeMap<>();
		services.forEach((key) -> add(this.services, key));
	}

	private static void add(@Nullable Map<ServiceKey, TwoLooks> services, ServiceKey key) {
		if (services != null) {
			services.put(key, new TwoLooks());
		}
	}

	static WayBack of(WhenSafeRequest request, View view, Collection<ServiceKey> services) {
		return new WayBack(request.by(), request.origin(), request.reason(), request.within(), view.failoverSwitch(),
				services);
	}

	/** The way back from a switch that is on for longer than it should be. */
	static WayBack ofLease(View view, Instant end) {
		return new WayBack("lease", SwitchOrigin.LEASE, "its planned end was " + end, null, view.failoverSwitch(),
				List.of());
	}

	boolean isOfLease() {
		return this.origin == SwitchOrigin.LEASE;
	}

	boolean isOfServices() {
		return this.services != null;
	}

	String by() {
		return this.by;
	}

	SwitchOrigin origin() {
		return this.origin;
	}

	@Nullable String reason() {
		return this.reason;
	}

	@Nullable Instant until() {
		return this.until;
	}

	boolean hasExpired() {
		return this.deadline != null && System.nanoTime() - this.deadline >= 0;
	}

	/** Whether nobody has switched since it was armed. */
	boolean leadsFrom(View view) {
		return view.isOn() == this.failoverSwitch.enabled()
				&& view.failoverSwitch().hasSameSwitchAs(this.failoverSwitch)
				&& Objects.equals(view.failoverSwitch().runningStage(), this.failoverSwitch.runningStage());
	}

	/** The services that are still to go back. */
	synchronized List<ServiceKey> services() {
		return (this.services != null) ? List.copyOf(this.services.keySet()) : List.of();
	}

	/**
	 * Takes a service out.
	 * @return whether it was there
	 */
	synchronized boolean drop(ServiceKey service) {
		return this.services != null && this.services.remove(service) != null;
	}

	/**
	 * What was seen before.
	 * @param service the service, {@code null} for all that the switch is for
	 */
	synchronized TwoLooks looks(@Nullable ServiceKey service) {
		TwoLooks known = (this.services != null && service != null) ? this.services.get(service) : this.looks;
		return (known != null) ? known : new TwoLooks();
	}

	/**
	 * What a service is by itself when it has gone back: nothing, unless it would be on
	 * then.
	 * @param view the view there is
	 * @param service the service
	 * @return {@code false}, or {@code null} if it follows its namespace
	 */
	static @Nullable Boolean after(View view, ServiceKey service) {
		return view.with(except(view, service, null)).isOn(service) ? Boolean.FALSE : null;
	}

	static SwitchState except(View view, ServiceKey service, @Nullable Boolean enabled) {
		Map<ServiceKey, Boolean> exceptions = new HashMap<>(view.failoverSwitch().exceptions());
		if (enabled != null) {
			exceptions.put(service, enabled);
		}
		else {
			exceptions.remove(service);
		}
		return view.failoverSwitch().withExceptions(exceptions);
	}

	/** Whether the last try is long enough ago for the next one, which begins then. */
	synchronized boolean isTimeToTry(Duration pause) {
		long now = System.nanoTime();
		if (this.tried != null && now - this.tried < pause.toNanos()) {
			return false;
		}
		this.tried = now;
		return true;
	}

	void waitFor(List<String> waitingFor) {
		this.waitingFor = List.copyOf(waitingFor);
	}

	List<String> waitingFor() {
		return this.waitingFor;
	}

	void setGoer(@Nullable Thread goer) {
		this.goer = goer;
	}

	/** Whether the calling thread is going this way. */
	boolean isGoneNow() {
		return this.goer == Thread.currentThread();
	}

	WhenSafeStatus describe() {
		return new WhenSafeStatus(this.until, this.by, this.reason,
				isOfServices() ? services().stream().map(ServiceKey::toString).toList() : null, this.waitingFor);
	}

}
