package io.github.nacosfailover.samples.admin;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.context.annotation.Bean;

import org.springframework.boot.ApplicationRunner;

/**
 * An application that uses the service {@code orders}. It is no component, so the Admin
 * server does not find it.
 */
@EnableAutoConfiguration
class ShopApplication {

	@Bean
	ApplicationRunner use(DiscoveryClient discovery) {
		return (arguments) -> discovery.getInstances("orders");
	}

}
