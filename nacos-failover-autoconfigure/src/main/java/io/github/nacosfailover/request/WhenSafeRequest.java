package io.github.nacosfailover.request;

import java.time.Duration;
import java.util.List;

import io.github.nacosfailover.event.SwitchOrigin;
import org.jspecify.annotations.Nullable;

/**
 * A request to switch off as soon as that is safe, or not at all.
 *
 * @param namespace the namespace, {@code null} for all
 * @param services services that are on by themselves, each of which goes back as soon as
 * it is whole, 100 at most; empty for the switch
 * @param within after which it is not carried out any more, from now, more than 0 and at
 * most 365 days
 * @param by who asks
 * @param reason why, for those who look later, at most 1024 bytes of UTF-8
 * @param origin the way it came
 */
public record WhenSafeRequest(@Nullable String namespace, List<String> services, Duration within, String by,
		@Nullable String reason, SwitchOrigin origin) {

	private static final int MAX_SERVICES = 100;

	/**
	 * Creates a request.
	 * @throws IllegalArgumentException if a value is out of its range
	 */
	public WhenSafeRequest {
		services = List.copyOf(services);
		SwitchRequest.checkReason(reason);
		if (within.isNegative() || within.isZero() || within.compareTo(SwitchRequest.MAX_DURATION) > 0) {
			throw new IllegalArgumentException(
					"'whenSafe' is out of range; give more than 0s and at most 365d, like '30m'");
		}
		if (services.size() > MAX_SERVICES) {
			throw new IllegalArgumentException("'services' has more than %d names".formatted(MAX_SERVICES));
		}
	}

	/**
	 * Switches off in all namespaces that are on.
	 * @param within after which it is not carried out any more
	 * @param by who asks
	 * @return the request
	 */
	public static WhenSafeRequest within(Duration within, String by) {
		return new WhenSafeRequest(null, List.of(), within, by, null, SwitchOrigin.API);
	}

}
