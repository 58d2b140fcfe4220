package io.github.nacosfailover.request;

import io.github.nacosfailover.event.SwitchOrigin;
import org.jspecify.annotations.Nullable;

/**
 * A request to switch failover of one service, whatever the switch of its namespace says.
 *
 * @param service {@code group@@service}, or {@code service} in {@code DEFAULT_GROUP}
 * @param enabled on or off by itself, {@code null} to follow the switch of the namespace
 * again
 * @param namespace the namespace, {@code null} for all that know the service
 * @param by who asks
 * @param reason why, for those who look later, at most 1024 bytes of UTF-8
 * @param force whether to override guards
 * @param origin the way it came
 */
public record ServiceSwitchRequest(String service, @Nullable Boolean enabled, @Nullable String namespace, String by,
		@Nullable String reason, boolean force, SwitchOrigin origin) {

	/**
	 * Creates a request.
	 * @throws IllegalArgumentException if the reason is too long
	 */
	public ServiceSwitchRequest {
		SwitchRequest.checkReason(reason);
	}

	public static ServiceSwitchRequest on(String service, String by) {
		return new ServiceSwitchRequest(service, true, null, by, null, false, SwitchOrigin.API);
	}

	public static ServiceSwitchRequest off(String service, String by) {
		return new ServiceSwitchRequest(service, false, null, by, null, false, SwitchOrigin.API);
	}

	/**
	 * Lets a service follow the switch of its namespace again.
	 * @param service the service
	 * @param by who asks
	 * @return the request
	 */
	public static ServiceSwitchRequest follow(String service, String by) {
		return new ServiceSwitchRequest(service, null, null, by, null, false, SwitchOrigin.API);
	}

	public ServiceSwitchRequest inNamespace(String namespace) {
		return new ServiceSwitchRequest(this.service, this.enabled, namespace, this.by, this.reason, this.force,
				this.origin);
	}

	public ServiceSwitchRequest because(String reason) {
		return new ServiceSwitchRequest(this.service, this.enabled, this.namespace, this.by, reason, this.force,
				this.origin);
	}

	public ServiceSwitchRequest forced() {
		return new ServiceSwitchRequest(this.service, this.enabled, this.namespace, this.by, this.reason, true,
				this.origin);
	}

}
