package io.github.nacosfailover.autoconfigure;

import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.liveness.LivenessMonitor;
import io.github.nacosfailover.spring.cloud.LoadBalancerCaches;
import io.github.nacosfailover.spring.cloud.LoadBalancerFailures;
import io.github.nacosfailover.spring.cloud.SpringCloudRefresh;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.cloud.client.loadbalancer.LoadBalancerLifecycle;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheManager;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration that lets Spring Cloud see a change of failover at once.
 */
@AutoConfiguration(after = NacosFailoverAutoConfiguration.class)
@ConditionalOnClass(HeartbeatEvent.class)
@ConditionalOnBean(FailoverEngine.class)
public final class NacosFailoverSpringCloudAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	SpringCloudRefresh nacosFailoverSpringCloudRefresh(FailoverEngine engine,
			ObjectProvider<SpringCloudRefresh.Eviction> eviction, ApplicationEventPublisher publisher) {
		return new SpringCloudRefresh(engine, eviction.getIfAvailable(() -> (services) -> {
		}), publisher);
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnClass(LoadBalancerLifecycle.class)
	LoadBalancerFailures nacosFailoverLoadBalancerFailures(LivenessMonitor liveness) {
		return new LoadBalancerFailures(liveness);
	}

	/** Where there is a load balancer. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(LoadBalancerCacheManager.class)
	static class LoadBalancerConfiguration {

		@Bean
		@ConditionalOnMissingBean
		LoadBalancerCaches nacosFailoverLoadBalancerCaches(ListableBeanFactory beanFactory) {
			return new LoadBalancerCaches(beanFactory);
		}

	}

}
