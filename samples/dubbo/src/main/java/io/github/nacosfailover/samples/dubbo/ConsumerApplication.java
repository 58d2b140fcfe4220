package io.github.nacosfailover.samples.dubbo;

import java.util.HashMap;
import java.util.Map;

import org.apache.dubbo.config.ReferenceConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;

/**
 * Calls {@link Greetings}.
 */
@SpringBootApplication
@ComponentScan(useDefaultFilters = false,
		includeFilters = @ComponentScan.Filter(type = FilterType.ASSIGNABLE_TYPE, classes = Dubbo.class))
public class ConsumerApplication {

	@Bean
	ReferenceConfig<Greetings> greetingsReference(@Value("${sample.migration:APPLICATION_FIRST}") String migration) {
		ReferenceConfig<Greetings> reference = new ReferenceConfig<>();
		reference.setInterface(Greetings.class);
		reference.setProvidedBy("greetings-provider");
		reference.setParameters(new HashMap<>(Map.of("migration.step", migration)));
		reference.setCheck(false);
		reference.setTimeout(3000);
		// Never within the JVM, as the tests have both in one.
		reference.setScope("remote");
		return reference;
	}

	@Bean(initMethod = "start", destroyMethod = "destroy")
	DubboBootstrap dubboConsumer(Dubbo dubbo, ReferenceConfig<Greetings> reference) {
		return dubbo.bootstrap("greetings-consumer").reference(reference);
	}

	@Bean
	Greetings greetings(DubboBootstrap consumer, ReferenceConfig<Greetings> reference) {
		return reference.get();
	}

	public static void main(String[] args) {
		SpringApplication.run(ConsumerApplication.class, args);
	}

}
