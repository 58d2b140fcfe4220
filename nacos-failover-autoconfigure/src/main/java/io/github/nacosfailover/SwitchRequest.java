package io.github.nacosfailover;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A request to switch failover.
 *
 * @param enabled on or off; {@code null}, with the scope {@link SwitchScope#LOCAL} only,
 * to follow the others again
 * @param namespace the namespace, {@code null} for all
 * @param by who asks
 * @param reason why, for those who look later
 * @param duration after which it should end, {@code null} for no end
 * @param force whether to override guards
 * @param origin the way it came
 * @param scope how far it reaches, where several processes share the store
 * @param waitTime how long to wait for all processes that share the store to apply it,
 * {@code null} to wait for this one only
 */
public record SwitchRequest(@Nullable Boolean enabled, @Nullable String namespace, String by, @Nullable String reason,
		@Nullable Duration duration, boolean force, SwitchOrigin origin, SwitchScope scope,
		@Nullable Duration waitTime) {

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
				this.scope, this.waitTime);
	}

	public SwitchRequest because(String reason) {
		return new SwitchRequest(this.enabled, this.namespace, this.by, reason, this.duration, this.force, this.origin,
				this.scope, this.waitTime);
	}

	public SwitchRequest lasting(Duration duration) {
		return new SwitchRequest(this.enabled, this.namespace, this.by, this.reason, duration, this.force, this.origin,
				this.scope, this.waitTime);
	}

	public SwitchRequest forced() {
		return new SwitchRequest(this.enabled, this.namespace, this.by, this.reason, this.duration, true, this.origin,
				this.scope, this.waitTime);
	}

	/**
	 * The same for this process alone.
	 * @return the request
	 */
	public SwitchRequest local() {
		return new SwitchRequest(this.enabled, this.namespace, this.by, this.reason, this.duration, this.force,
				this.origin, SwitchScope.LOCAL, null);
	}

	/**
	 * The same, to be applied by all processes that share the store before it returns.
	 * @param waitTime how long to wait at most
	 * @return the request
	 */
	public SwitchRequest waitingForAll(Duration waitTime) {
		return new SwitchRequest(this.enabled, this.namespace, this.by, this.reason, this.duration, this.force,
				this.origin, this.scope, waitTime);
	}

	/**
	 * Lets this process follow the others again after {@link #local() local} requests.
	 * @param by who asks
	 * @return the request
	 */
	public static SwitchRequest follow(String by) {
		return new SwitchRequest(null, null, by, null, null, false, SwitchOrigin.API, SwitchScope.LOCAL, null);
	}

}
