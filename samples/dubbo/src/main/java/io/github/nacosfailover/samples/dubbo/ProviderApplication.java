package io.github.nacosfailover.samples.dubbo;

import org.apache.dubbo.config.ProtocolConfig;
import org.apache.dubbo.config.ServiceConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;

/**
 * Provides {@link Greetings}.
 */
@SpringBootApplication
@ComponentScan(useDefaultFilters = false,
		includeFilters = @ComponentScan.Filter(type = FilterType.ASSIGNABLE_TYPE, classes = Dubbo.class))
public class ProviderApplication {

	@Bean(initMethod = "start", destroyMethod = "destroy")
	DubboBootstrap dubboProvider(Dubbo dubbo, @Value("${sample.port:20880}") int port) {
		ServiceConfig<Greetings> service = new ServiceConfig<>();
		service.setInterface(Greetings.class);
		service.setRef((name) -> "Hello " + name);
		ProtocolConfig protocol = new ProtocolConfig("dubbo", port);
		return dubbo.bootstrap("greetings-provider").protocol(protocol).service(service);
	}

	public static void main(String[] args) {
		SpringApplication.run(ProviderApplication.class, args);
	}

}
