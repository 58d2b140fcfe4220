package io.github.nacosfailover.autoconfigure;

import io.github.nacosfailover.actuate.console.ConsoleHandlerAdapter;
import io.github.nacosfailover.actuate.console.ConsoleWebHandlerAdapter;
import io.github.nacosfailover.actuate.console.NacosFailoverConsoleEndpoint;
import io.github.nacosfailover.actuate.endpoint.EndpointOperations;
import io.github.nacosfailover.actuate.endpoint.ExpectedRequestHandlerAdapter;
import io.github.nacosfailover.actuate.endpoint.ExpectedRequestWebHandlerAdapter;

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

/**
 * Answers with the console and its headers wherever the endpoints of the actuator are: in
 * the application's own server or on the management port.
 */
@ManagementContextConfiguration(proxyBeanMethods = false)
@ConditionalOnBean(NacosFailoverConsoleEndpoint.class)
class ConsoleConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DispatcherServlet.class)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	static class Servlet {

		@Bean
		ConsoleHandlerAdapter nacosFailoverConsole(NacosFailoverConsoleEndpoint endpoint,
				ObjectProvider<WebEndpointsSupplier> endpoints, ObjectProvider<ExpectedRequestHandlerAdapter> next) {
			return new ConsoleHandlerAdapter(endpoint, new EndpointOperations(endpoints::getIfAvailable),
					next::getObject);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DispatcherHandler.class)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class Reactive {

		@Bean
		ConsoleWebHandlerAdapter nacosFailoverConsole(NacosFailoverConsoleEndpoint endpoint,
				ObjectProvider<WebEndpointsSupplier> endpoints, ObjectProvider<ExpectedRequestWebHandlerAdapter> next) {
			return new ConsoleWebHandlerAdapter(endpoint, new EndpointOperations(endpoints::getIfAvailable),
					next::getObject);
		}

	}

}
