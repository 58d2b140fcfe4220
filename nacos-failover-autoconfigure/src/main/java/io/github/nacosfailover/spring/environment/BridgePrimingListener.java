package io.github.nacosfailover.spring.environment;

import io.github.nacosfailover.bridge.Bridges;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.util.ClassUtils;

/**
 * Primes the bridge before anything of the application can create a naming client. Never
 * throws: the application starts.
 */
class BridgePrimingListener implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

	private static final Logger logger = LoggerFactory.getLogger(BridgePrimingListener.class);

	private static final String CLIENT = "com.alibaba.nacos.client.naming.NacosNamingService";

	@Override
	public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
		try {
			if (FailoverEnabled.in(event.getEnvironment())
					&& ClassUtils.isPresent(CLIENT, getClass().getClassLoader())) {
				Bridges.prime();
			}
		}
		catch (Throwable ex) {
			logger.warn("Failover: the Nacos client cannot be bridged and keeps its own failover source", ex);
		}
	}

}
