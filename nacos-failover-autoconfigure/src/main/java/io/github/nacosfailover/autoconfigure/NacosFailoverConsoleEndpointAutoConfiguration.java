package io.github.nacosfailover.autoconfigure;

import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.actuate.console.ConsoleHints;
import io.github.nacosfailover.actuate.console.ConsolePage;
import io.github.nacosfailover.actuate.console.NacosFailoverConsoleEndpoint;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;

/**
 * Auto-configuration of the {@link NacosFailoverConsoleEndpoint}.
 */
@AutoConfiguration(after = NacosFailoverAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnAvailableEndpoint(endpoint = NacosFailoverConsoleEndpoint.class, exposure = EndpointExposure.WEB)
@ConditionalOnBean(NacosFailover.class)
@ImportRuntimeHints(ConsoleHints.class)
public final class NacosFailoverConsoleEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	NacosFailoverConsoleEndpoint nacosFailoverConsoleEndpoint(ObjectProvider<WebEndpointsSupplier> endpoints) {
		return new NacosFailoverConsoleEndpoint(new ConsolePage(endpoints::getIfAvailable));
	}

}
