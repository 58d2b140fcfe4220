package io.github.nacosfailover.spring.cloud;

import java.util.Collection;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.cache.Cache;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheManager;
import org.springframework.cloud.loadbalancer.core.CachingServiceInstanceListSupplier;

/**
 * The instance lists that Spring Cloud LoadBalancer keeps for 35 s. A load balancer
 * fetches the list of a service that it does not find here, so forgetting is enough.
 */
public class LoadBalancerCaches implements SpringCloudRefresh.Eviction {

	private static final String NAME = CachingServiceInstanceListSupplier.SERVICE_INSTANCE_CACHE_NAME;

	private final Collection<LoadBalancerCacheManager> managers;

	public LoadBalancerCaches(ListableBeanFactory beanFactory) {
		// They are no candidates for injection.
		this.managers = beanFactory.getBeansOfType(LoadBalancerCacheManager.class).values();
	}

	@Override
	public void forget(Collection<String> services) {
		for (LoadBalancerCacheManager manager : this.managers) {
			Cache cache = manager.getCache(NAME);
			if (cache != null) {
				services.forEach(cache::evictIfPresent);
			}
		}
	}

}
