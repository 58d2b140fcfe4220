package io.github.nacosfailover.autoconfigure;

import io.github.nacosfailover.spring.property.InvalidFailoverPropertyException;
import io.github.nacosfailover.store.document.DocumentsFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Tells who wants shared documents of their own and has none.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "nacos.failover.store", havingValue = "custom")
@ConditionalOnMissingBean(DocumentsFactory.class)
class CustomStoreConfiguration {

	@Bean
	DocumentsFactory nacosFailoverCustomDocumentsFactory() {
		throw new InvalidFailoverPropertyException("nacos.failover.store", "custom",
				"there is no bean of type DocumentsFactory",
				"Declare one, or set nacos.failover.store to disk, redis or jdbc");
	}

}
