package io.github.nacosfailover.spring.environment;

import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Gives the status of failover its place among the others: worse than up, better than
 * down. Without one, Spring Boot passes over it. Whatever the application sets is
 * stronger.
 */
class HealthOrderListener implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

	private static final Logger logger = LoggerFactory.getLogger(HealthOrderListener.class);

	private static final String ORDER = "management.endpoint.health.status.order";

	@Override
	public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
		try {
			addOrder(event.getEnvironment());
		}
		catch (Throwable ex) {
			logger.warn("Failover: the health status FAILOVER has no place among the others, so it shows as unknown; "
					+ "set {}", ORDER, ex);
		}
	}

	private static void addOrder(ConfigurableEnvironment environment) {
		if (FailoverEnabled.in(environment) && !environment.containsProperty(ORDER)
				&& !environment.containsProperty(ORDER + "[0]")) {
			environment.getPropertySources()
				.addLast(new MapPropertySource("nacosFailoverDefaults",
						Map.of(ORDER, "down,out-of-service,failover,up,unknown")));
		}
	}

	/** After the files of the application have been read. */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
