package io.github.nacosfailover.engine;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.event.SwitchOrigin;
import org.jspecify.annotations.Nullable;

/**
 * Failover that ends by itself.
 *
 * @param service the service, {@code null} for the switch of the namespace
 * @param enabled what the service is by itself afterwards, {@code null} to follow its
 * namespace; {@code false} for the switch
 * @param by who has asked for it
 * @param reason why
 * @param origin the way that came
 * @param whole whether it has to be without any finding, not only without a reason to
 * refuse it
 */
public record SwitchEnd(@Nullable ServiceKey service, @Nullable Boolean enabled, String by, @Nullable String reason,
		SwitchOrigin origin, boolean whole) {

}
