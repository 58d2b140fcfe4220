package io.github.nacosfailover.autoconfigure;

import java.util.function.Predicate;

import io.github.nacosfailover.actuate.endpoint.NacosFailoverEndpoint;
import io.github.nacosfailover.actuate.endpoint.SwitchRequestServletFilter;
import io.github.nacosfailover.actuate.endpoint.SwitchRequestWebFilter;
import jakarta.servlet.Filter;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.endpoint.EndpointId;
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
@ConditionalOnBean(NacosFailoverEndpoint.class)
class SwitchRequestFilterConfiguration {

	private static Predicate<String> endpointPath(ObjectProvider<PathMappedEndpoints> endpoints) {
		return (path) -> {
			PathMappedEndpoints known = endpoints.getIfAvailable();
			String own = (known != null) ? known.getPath(EndpointId.of("nacosfailover")) : null;
			return own != null && (path.endsWith(own) || path.contains(own + "/"));
		};
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Filter.class)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	static class Servlet {

		@Bean
		SwitchRequestServletFilter nacosFailoverSwitchRequestFilter(ObjectProvider<PathMappedEndpoints> endpoints) {
			return new SwitchRequestServletFilter(endpointPath(endpoints));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(WebFilter.class)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class Reactive {

		@Bean
		SwitchRequestWebFilter nacosFailoverSwitchRequestFilter(ObjectProvider<PathMappedEndpoints> endpoints) {
			return new SwitchRequestWebFilter(endpointPath(endpoints));
		}

	}

}
