package io.github.nacosfailover.autoconfigure;

import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.NacosFailoverDetector;
import io.github.nacosfailover.actuate.endpoint.NacosFailoverEndpoint;
import io.github.nacosfailover.actuate.endpoint.NacosFailoverEndpointJmxExtension;
import io.github.nacosfailover.actuate.endpoint.NacosFailoverEndpointWebExtension;
import io.github.nacosfailover.actuate.endpoint.UncheckedWriteAdvisor;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of the {@link NacosFailoverEndpoint}.
 */
@AutoConfiguration(after = NacosFailoverAutoConfiguration.class)
@ConditionalOnAvailableEndpoint(NacosFailoverEndpoint.class)
@ConditionalOnBean(NacosFailover.class)
public final class NacosFailoverEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	NacosFailoverEndpoint nacosFailoverEndpoint(NacosFailover failover,
			ObjectProvider<NacosFailoverDetector> detector) {
		return new NacosFailoverEndpoint(failover, detector.getIfAvailable());
	}

	@Bean
	@ConditionalOnMissingBean
	NacosFailoverEndpointJmxExtension nacosFailoverEndpointJmxExtension(NacosFailoverEndpoint endpoint) {
		return new NacosFailoverEndpointJmxExtension(endpoint);
	}

	@Bean
	@ConditionalOnMissingBean
	NacosFailoverEndpointWebExtension nacosFailoverEndpointWebExtension(NacosFailoverEndpoint endpoint) {
		return new NacosFailoverEndpointWebExtension(endpoint);
	}

	/** With Jersey, whose requests cannot be checked. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnMissingClass("org.springframework.web.servlet.DispatcherServlet")
	static class WithoutSpringMvc {

		@Bean
		UncheckedWriteAdvisor nacosFailoverUncheckedWriteAdvisor() {
			return new UncheckedWriteAdvisor();
		}

	}

}
