package io.github.nacosfailover.spring.environment;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

/**
 * Lets the access of the endpoint {@code nacosfailover} govern that of
 * {@code nacosfailoversnapshots}, unless that has its own: who must not switch must not
 * restore either.
 */
class SnapshotsAccessListener implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

	@Override
	public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
		ConfigurableEnvironment environment = event.getEnvironment();
		environment.getPropertySources().addLast(new SnapshotsAccess(environment));
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	/** Looks when it is asked: what is set later counts, too. */
	private static final class SnapshotsAccess extends PropertySource<Object> {

		private static final String SNAPSHOTS = "management.endpoint.nacosfailoversnapshots.";

		private static final String SWITCH = "management.endpoint.nacosfailover.";

		private final ConfigurableEnvironment environment;

		SnapshotsAccess(ConfigurableEnvironment environment) {
			// Not the environment: Spring Boot would look for its sources, in circles.
			super("nacosFailoverSnapshotsAccess", new Object());
			this.environment = environment;
		}

		@Override
		public @Nullable Object getProperty(String name) {
			// Until Spring Boot 4 there is 'enabled', which excludes 'access'.
			if (!name.equals(SNAPSHOTS + "access") || this.environment.getProperty(SNAPSHOTS + "enabled") != null) {
				return null;
			}
			String access = this.environment.getProperty(SWITCH + "access");
			String enabled = this.environment.getProperty(SWITCH + "enabled");
			return (access != null || enabled == null) ? access
					: Boolean.parseBoolean(enabled) ? "unrestricted" : "none";
		}

	}

}
