package io.github.nacosfailover.autoconfigure;

import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.actuate.endpoint.EndpointOperations;
import io.github.nacosfailover.actuate.endpoint.ExpectedRequestHandlerAdapter;
import io.github.nacosfailover.actuate.endpoint.ExpectedRequestWebHandlerAdapter;
import io.github.nacosfailover.actuate.endpoint.ExpectedRequests;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/**
 * Refuses faulty writes wherever the endpoints of the actuator are: in the application's
 * own server or on the management port.
 */
@ManagementContextConfiguration(proxyBeanMethods = false)
@ConditionalOnBean(NacosFailover.class)
class ExpectedRequestConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DispatcherServlet.class)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	static class Servlet {

		@Bean
		ExpectedRequestHandlerAdapter nacosFailoverExpectedRequests(ObjectProvider<WebEndpointsSupplier> endpoints,
				ObjectProvider<RequestMappingHandlerAdapter> invoking) {
			return new ExpectedRequestHandlerAdapter(
					new ExpectedRequests(new EndpointOperations(endpoints::getIfAvailable)),
					() -> invoking.orderedStream().findFirst().orElseThrow());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DispatcherHandler.class)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class Reactive {

		@Bean
		ExpectedRequestWebHandlerAdapter nacosFailoverExpectedRequests(ObjectProvider<WebEndpointsSupplier> endpoints,
				ObjectProvider<org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter> invoking) {
			return new ExpectedRequestWebHandlerAdapter(
					new ExpectedRequests(new EndpointOperations(endpoints::getIfAvailable)),
					() -> invoking.orderedStream().findFirst().orElseThrow());
		}

	}

}
