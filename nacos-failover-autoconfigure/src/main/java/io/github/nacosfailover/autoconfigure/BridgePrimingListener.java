package io.github.nacosfailover.autoconfigure;

import io.github.nacosfailover.bridge.Bridges;

import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.util.ClassUtils;

/**
 * Primes the bridge before anything of the application can create a naming client.
 */
class BridgePrimingListener implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

	private static final String CLIENT = "com.alibaba.nacos.client.naming.NacosNamingService";

	@Override
	public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
		boolean enabled = event.getEnvironment().getProperty("nacos.failover.enabled", Boolean.class, true);
		if (enabled && ClassUtils.isPresent(CLIENT, getClass().getClassLoader())) {
			Bridges.prime();
		}
	}

}
