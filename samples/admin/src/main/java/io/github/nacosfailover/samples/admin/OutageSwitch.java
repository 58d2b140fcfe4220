package io.github.nacosfailover.samples.admin;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.request.SwitchRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Switches the failover of this Admin server on while the Nacos server is down, so that
 * the applications that are to be switched stay listed.
 * <p>
 * This is for an Admin server only. It calls nobody on behalf of users, so a list that is
 * out of date does no harm: an instance that is gone is shown as offline. The switch ends
 * by itself, with {@code nacos.failover.guard.on-expiry=off-if-safe}.
 */
@Component
class OutageSwitch {

	static final String NAME = "admin-server";

	private static final Logger logger = LoggerFactory.getLogger(OutageSwitch.class);

	private static final Duration DURATION = Duration.ofMinutes(1);

	private final NacosFailover failover;

	OutageSwitch(NacosFailover failover) {
		this.failover = failover;
	}

	@Scheduled(fixedDelay = 2, timeUnit = TimeUnit.SECONDS)
	void check() {
		this.failover.status().namespaces().forEach((namespace, status) -> {
			if (!status.enabled() && status.serverStatus().equals("DOWN")) {
				switchOn(namespace);
			}
		});
	}

	private void switchOn(String namespace) {
		try {
			this.failover.switchFailover(SwitchRequest.on(NAME)
				.inNamespace(namespace)
				.because("the Nacos server is down")
				.lasting(DURATION));
		}
		catch (FailoverRefusedException ex) {
			logger.warn("Could not switch failover on in namespace '{}': {}", namespace, ex.getMessage());
		}
	}

}
