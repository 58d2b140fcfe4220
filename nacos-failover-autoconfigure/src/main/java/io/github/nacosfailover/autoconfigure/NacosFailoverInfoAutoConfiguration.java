package io.github.nacosfailover.autoconfigure;

import io.github.nacosfailover.actuate.info.NacosFailoverInfoContributor;
import io.github.nacosfailover.engine.FailoverEngine;

import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of what the info endpoint tells of failover.
 */
@AutoConfiguration(after = NacosFailoverAutoConfiguration.class)
@ConditionalOnClass({ InfoContributor.class, ConditionalOnEnabledInfoContributor.class })
@ConditionalOnBean(FailoverEngine.class)
public final class NacosFailoverInfoAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnEnabledInfoContributor("nacosfailover")
	NacosFailoverInfoContributor nacosFailoverInfoContributor(FailoverEngine engine) {
		return new NacosFailoverInfoContributor(engine);
	}

}
