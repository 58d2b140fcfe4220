package io.github.nacosfailover.samples.quickstart;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * The application whose queries fail over.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ OrdersController.class, NacosController.class, ProviderController.class })
class Consumer {

}
