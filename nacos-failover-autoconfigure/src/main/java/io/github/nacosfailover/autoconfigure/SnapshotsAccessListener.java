package io.github.nacosfailover.autoconfigure;

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
	private static final class SnapshotsAccess extends PropertySource<ConfigurableEnvironment> {

		private static final String SNAPSHOTS = "management.endpoint.nacosfailoversnapshots.";

		private static final String SWITCH = "management.endpoint.nacosfailover.";

		SnapshotsAccess(ConfigurableEnvironment environment) {
			super("nacosFailoverSnapshotsAccess", environment);
		}

		@Override
		public @Nullable Object getProperty(String name) {
			// Until Spring Boot 4 there is 'enabled', which excludes 'access'.
			if (!name.equals(SNAPSHOTS + "access") || this.source.getProperty(SNAPSHOTS + "enabled") != null) {
				return null;
			}
			String access = this.source.getProperty(SWITCH + "access");
			String enabled = this.source.getProperty(SWITCH + "enabled");
			return (access != null || enabled == null) ? access
					: Boolean.parseBoolean(enabled) ? "unrestricted" : "none";
		}

	}

}
