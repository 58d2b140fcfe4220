package io.github.nacosfailover.autoconfigure;

import io.github.nacosfailover.client.QueryObserver;
import io.github.nacosfailover.observation.NamingQueryObservationConvention;
import io.github.nacosfailover.observation.QueryObservations;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.function.SingletonSupplier;

/**
 * Observes queries if that is enabled. Otherwise decorated clients have no observer.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnProperty("nacos.failover.observations.enabled")
class ObservationConfiguration {

	@Bean
	@ConditionalOnMissingBean
	QueryObserver nacosFailoverQueryObserver(ObjectProvider<ObservationRegistry> registry,
			ObjectProvider<NamingQueryObservationConvention> convention) {
		return new QueryObservations(
				SingletonSupplier.of(() -> registry.getIfAvailable(() -> ObservationRegistry.NOOP)),
				SingletonSupplier.ofNullable(convention::getIfAvailable));
	}

}
