package io.github.nacosfailover.request;

import java.time.Duration;

import io.github.nacosfailover.event.SwitchOrigin;
import org.jspecify.annotations.Nullable;

/**
 * A request to serve from backups for a while, in this process alone.
 *
 * @param namespace the namespace, {@code null} for the only one there is
 * @param service the service, {@code null} for all of the namespace
 * @param duration how long
 * @param by who asks
 * @param reason why, if given
 * @param origin the way the request came
 */
public record DrillRequest(@Nullable String namespace, @Nullable String service, Duration duration, String by,
		@Nullable String reason, SwitchOrigin origin) {

}
