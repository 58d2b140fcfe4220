package io.github.nacosfailover.autoconfigure;

import io.github.nacosfailover.actuate.health.FailoverHealth;
import io.github.nacosfailover.actuate.health.NacosFailoverBoot3HealthIndicator;
import io.github.nacosfailover.actuate.health.NacosFailoverHealthIndicator;
import io.github.nacosfailover.actuate.health.ServerBoot3HealthMask;
import io.github.nacosfailover.actuate.health.ServerHealthMask;
import io.github.nacosfailover.actuate.health.Boot3DrillHealth;
import io.github.nacosfailover.actuate.health.Boot4DrillHealth;
import io.github.nacosfailover.detector.DrillHealth;
import io.github.nacosfailover.detector.FailoverDetector;
import io.github.nacosfailover.engine.FailoverEngine;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of the health of failover.
 */
@AutoConfiguration(after = NacosFailoverAutoConfiguration.class)
@ConditionalOnBean(FailoverEngine.class)
public final class NacosFailoverHealthAutoConfiguration {

	private static final String MASK = "nacos.failover.health.mask-server-down";

	@Bean
	@ConditionalOnMissingBean
	FailoverHealth nacosFailoverHealth(FailoverEngine engine, ObjectProvider<FailoverDetector> detector) {
		return new FailoverHealth(engine, detector.getIfAvailable());
	}

	/** Spring Boot 4. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = { "org.springframework.boot.health.contributor.HealthIndicator",
			"org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator" })
	static class Boot4Configuration {

		@Bean
		@ConditionalOnMissingBean(name = "nacosFailoverHealthIndicator")
		@org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator("nacosfailover")
		NacosFailoverHealthIndicator nacosFailoverHealthIndicator(FailoverHealth failover) {
			return new NacosFailoverHealthIndicator(failover);
		}

		@Bean
		@ConditionalOnMissingBean
		DrillHealth nacosFailoverDrillHealth(NacosFailoverProperties properties,
				ObjectProvider<org.springframework.boot.health.registry.HealthContributorRegistry> registry) {
			return new Boot4DrillHealth(properties.getDetector().getDrillHealth(), registry::getIfAvailable);
		}

		@Bean
		@ConditionalOnProperty(MASK)
		static ServerHealthMask nacosFailoverServerHealthMask(ObjectProvider<FailoverHealth> failover) {
			return new ServerHealthMask(failover);
		}

	}

	/** Spring Boot 3. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = { "org.springframework.boot.actuate.health.HealthIndicator",
			"org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator" })
	static class Boot3Configuration {

		@Bean
		@ConditionalOnMissingBean(name = "nacosFailoverHealthIndicator")
		@org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator("nacosfailover")
		NacosFailoverBoot3HealthIndicator nacosFailoverHealthIndicator(FailoverHealth failover) {
			return new NacosFailoverBoot3HealthIndicator(failover);
		}

		@Bean
		@ConditionalOnMissingBean
		DrillHealth nacosFailoverDrillHealth(NacosFailoverProperties properties,
				ObjectProvider<org.springframework.boot.actuate.health.HealthContributorRegistry> registry) {
			return new Boot3DrillHealth(properties.getDetector().getDrillHealth(), registry::getIfAvailable);
		}

		@Bean
		@ConditionalOnProperty(MASK)
		static ServerBoot3HealthMask nacosFailoverServerHealthMask(ObjectProvider<FailoverHealth> failover) {
			return new ServerBoot3HealthMask(failover);
		}

	}

}
