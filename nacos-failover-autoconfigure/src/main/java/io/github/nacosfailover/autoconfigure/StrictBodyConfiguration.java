package io.github.nacosfailover.autoconfigure;

import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.actuate.endpoint.StrictBodies;
import io.github.nacosfailover.actuate.endpoint.StrictBodyServletFilter;
import io.github.nacosfailover.actuate.endpoint.StrictBodyWebFilter;
import jakarta.servlet.Filter;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.server.WebFilter;

/**
 * Refuses malformed requests wherever the endpoints of the actuator are: in the
 * application's own server or on the management port.
 */
@ManagementContextConfiguration(proxyBeanMethods = false)
@ConditionalOnBean(NacosFailover.class)
class StrictBodyConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Filter.class)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	static class Servlet {

		@Bean
		StrictBodyServletFilter nacosFailoverStrictBodyFilter(ObjectProvider<PathMappedEndpoints> endpoints) {
			return new StrictBodyServletFilter(new StrictBodies(endpoints::getIfAvailable));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(WebFilter.class)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class Reactive {

		@Bean
		StrictBodyWebFilter nacosFailoverStrictBodyFilter(ObjectProvider<PathMappedEndpoints> endpoints) {
			return new StrictBodyWebFilter(new StrictBodies(endpoints::getIfAvailable));
		}

	}

}
