package io.github.nacosfailover;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A request to switch failover.
 *
 * @param enabled on or off
 * @param namespace the namespace, {@code null} for all
 * @param by who asks
 * @param reason why, for those who look later
 * @param duration after which it should end, {@code null} for no end
 * @param force whether to override guards
 * @param origin the way it came
 */
public record SwitchRequest(boolean enabled, @Nullable String namespace, String by, @Nullable String reason,
		@Nullable Duration duration, boolean force, SwitchOrigin origin) {

	public SwitchRequest(boolean enabled, @Nullable String namespace, String by, @Nullable String reason,
			@Nullable Duration duration, boolean force) {
		this(enabled, namespace, by, reason, duration, force, SwitchOrigin.API);
	}

	public static SwitchRequest on(String by) {
		return new SwitchRequest(true, null, by, null, null, false);
	}

	public static SwitchRequest off(String by) {
		return new SwitchRequest(false, null, by, null, null, false);
	}

	public SwitchRequest inNamespace(String namespace) {
		return new SwitchRequest(this.enabled, namespace, this.by, this.reason, this.duration, this.force, this.origin);
	}

	public SwitchRequest because(String reason) {
		return new SwitchRequest(this.enabled, this.namespace, this.by, reason, this.duration, this.force, this.origin);
	}

	public SwitchRequest lasting(Duration duration) {
		return new SwitchRequest(this.enabled, this.namespace, this.by, this.reason, duration, this.force, this.origin);
	}

	public SwitchRequest forced() {
		return new SwitchRequest(this.enabled, this.namespace, this.by, this.reason, this.duration, true, this.origin);
	}

}
