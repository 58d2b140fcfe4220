package io.github.nacosfailover.request;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.github.nacosfailover.event.SwitchOrigin;
import org.jspecify.annotations.Nullable;

/**
 * A request to switch failover. What it does not give, a switch that is on or off already
 * keeps.
 *
 * @param enabled on or off; {@code null}, with the scope {@link SwitchScope#LOCAL} only,
 * to follow the others again
 * @param namespace the namespace, {@code null} for all
 * @param by who asks
 * @param reason why, for those who look later, at most 1024 bytes of UTF-8; {@code null}
 * to leave what was given before
 * @param duration after which it should end, from now, between 1 s and 365 days;
 * {@code null} to leave the end of a switch that is on already, or for no end
 * @param force whether to override guards
 * @param origin the way it came
 * @param scope how far it reaches, where several processes share the store
 * @param waitTime how long to wait for all processes that share the store to apply it,
 * more than 0 and at most 60 s; {@code null} to wait for this one only
 * @param plan the id of the plan that it is to be carried out by, {@code null} to carry
 * it out whatever has changed
 * @param stage lets some of the instances that share the store apply it before the
 * others, {@code null} for all at once
 */
public record SwitchRequest(@Nullable Boolean enabled, @Nullable String namespace, String by, @Nullable String reason,
		@Nullable Duration duration, boolean force, SwitchOrigin origin, SwitchScope scope, @Nullable Duration waitTime,
		@Nullable String plan, @Nullable StageRequest stage) {

	/** The longest reason, in bytes of UTF-8. */
	static final int MAX_REASON = 1024;

	private static final int MAX_PLAN = 64;

	private static final Duration MIN_DURATION = Duration.ofSeconds(1);

	static final Duration MAX_DURATION = Duration.ofDays(365);

	private static final Duration MAX_WAIT = Duration.ofSeconds(60);

	/**
	 * Creates a request.
	 * @throws IllegalArgumentException if a value is out of its range
	 */
	public SwitchRequest {
		checkReason(reason);
		if (duration != null && (duration.compareTo(MIN_DURATION) < 0 || duration.compareTo(MAX_DURATION) > 0)) {
			throw new IllegalArgumentException("'duration' is out of range; give between 1s and 365d, like '30m'");
		}
		if (plan != null && plan.length() > MAX_PLAN) {
			throw new IllegalArgumentException("'plan' is longer than any id; send the one from the preflight");
		}
		if (plan != null && enabled == null) {
			throw new IllegalArgumentException("'plan' is for on and off; leave it out to follow the others again");
		}
		if (waitTime != null && (waitTime.isNegative() || waitTime.isZero() || waitTime.compareTo(MAX_WAIT) > 0)) {
			throw new IllegalArgumentException("'wait' is out of range; give more than 0s and at most 60s, like '5s'");
		}
		if (stage != null) {
			if (scope == SwitchScope.LOCAL || enabled == null) {
				throw new IllegalArgumentException(
						"'stage' is for on and off of all that share the store; leave out 'scope'");
			}
			if (duration != null && duration.compareTo(stage.hold()) <= 0) {
				throw new IllegalArgumentException(
						"'duration' counts from the begin of the stage and is not longer than its 'hold'; give a longer one");
			}
		}
	}

	public SwitchRequest(@Nullable Boolean enabled, @Nullable String namespace, String by, @Nullable String reason,
			@Nullable Duration duration, boolean force, SwitchOrigin origin, SwitchScope scope,
			@Nullable Duration waitTime, @Nullable String plan) {
		this(enabled, namespace, by, reason, duration, force, origin, scope, waitTime, plan, null);
	}

	public SwitchRequest(@Nullable Boolean enabled, @Nullable String namespace, String by, @Nullable String reason,
			@Nullable Duration duration, boolean force, SwitchOrigin origin, SwitchScope scope,
			@Nullable Duration waitTime) {
		this(enabled, namespace, by, reason, duration, force, origin, scope, waitTime, null);
	}

	public SwitchRequest(boolean enabled, @Nullable String namespace, String by, @Nullable String reason,
			@Nullable Duration duration, boolean force) {
		this(enabled, namespace, by, reason, duration, force, SwitchOrigin.API, SwitchScope.ALL, null);
	}

	public SwitchRequest(@Nullable Boolean enabled, @Nullable String namespace, String by, @Nullable String reason,
			@Nullable Duration duration, boolean force, SwitchOrigin origin) {
		this(enabled, namespace, by, reason, duration, force, origin, SwitchScope.ALL, null);
	}

	public static SwitchRequest on(String by) {
		return new SwitchRequest(true, null, by, null, null, false);
	}

	public static SwitchRequest off(String by) {
		return new SwitchRequest(false, null, by, null, null, false);
	}

	public SwitchRequest inNamespace(String namespace) {
		return new SwitchRequest(this.enabled, namespace, this.by, this.reason, this.duration, this.force, this.origin,
				this.scope, this.waitTime, this.plan, this.stage);
	}

	public SwitchRequest because(String reason) {
		return new SwitchRequest(this.enabled, this.namespace, this.by, reason, this.duration, this.force, this.origin,
				this.scope, this.waitTime, this.plan, this.stage);
	}

	public SwitchRequest lasting(Duration duration) {
		return new SwitchRequest(this.enabled, this.namespace, this.by, this.reason, duration, this.force, this.origin,
				this.scope, this.waitTime, this.plan, this.stage);
	}

	public SwitchRequest forced() {
		return new SwitchRequest(this.enabled, this.namespace, this.by, this.reason, this.duration, true, this.origin,
				this.scope, this.waitTime, this.plan, this.stage);
	}

	/**
	 * The same for this process alone.
	 * @return the request
	 */
	public SwitchRequest local() {
		return new SwitchRequest(this.enabled, this.namespace, this.by, this.reason, this.duration, this.force,
				this.origin, SwitchScope.LOCAL, null, this.plan, this.stage);
	}

	/**
	 * The same, to be applied by all processes that share the store before it returns.
	 * @param waitTime how long to wait at most
	 * @return the request
	 */
	public SwitchRequest waitingForAll(Duration waitTime) {
		return new SwitchRequest(this.enabled, this.namespace, this.by, this.reason, this.duration, this.force,
				this.origin, this.scope, waitTime, this.plan, this.stage);
	}

	/**
	 * The same, unless something has changed since a plan was made.
	 * @param plan the id of the plan
	 * @return the request
	 */
	public SwitchRequest byPlan(String plan) {
		return new SwitchRequest(this.enabled, this.namespace, this.by, this.reason, this.duration, this.force,
				this.origin, this.scope, this.waitTime, plan, this.stage);
	}

	/**
	 * The same in two steps.
	 * @param stage which instances apply it first, and for how long before the others
	 * @return the request
	 */
	public SwitchRequest inStages(StageRequest stage) {
		return new SwitchRequest(this.enabled, this.namespace, this.by, this.reason, this.duration, this.force,
				this.origin, this.scope, this.waitTime, this.plan, stage);
	}

	/**
	 * Lets this process follow the others again after {@link #local() local} requests.
	 * @param by who asks
	 * @return the request
	 */
	public static SwitchRequest follow(String by) {
		return new SwitchRequest(null, null, by, null, null, false, SwitchOrigin.API, SwitchScope.LOCAL, null);
	}

	static void checkReason(@Nullable String reason) {
		if (reason != null && reason.getBytes(StandardCharsets.UTF_8).length > MAX_REASON) {
			throw new IllegalArgumentException(
					"'reason' is longer than %d bytes in UTF-8; shorten it".formatted(MAX_REASON));
		}
	}

}
