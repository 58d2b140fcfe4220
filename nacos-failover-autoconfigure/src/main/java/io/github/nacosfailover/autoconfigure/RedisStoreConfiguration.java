package io.github.nacosfailover.autoconfigure;

import io.github.nacosfailover.spring.property.InvalidFailoverPropertyException;
import io.github.nacosfailover.spring.property.NamedBean;
import io.github.nacosfailover.store.document.DocumentsFactory;
import io.github.nacosfailover.store.redis.RedisDocumentsFactory;
import io.github.nacosfailover.store.redis.RedisScriptHints;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Shared documents in Redis.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "nacos.failover.store", havingValue = "redis")
@ConditionalOnMissingBean(DocumentsFactory.class)
class RedisStoreConfiguration {

	private static final String CONNECTION_FACTORY = "org.springframework.data.redis.connection.RedisConnectionFactory";

	private static final String CURE = "Add the dependency spring-boot-starter-data-redis and set spring.data.redis.*, "
			+ "or set nacos.failover.store=disk";

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = CONNECTION_FACTORY)
	@ImportRuntimeHints(RedisScriptHints.class)
	static class SpringDataRedisConfiguration {

		@Bean
		DocumentsFactory nacosFailoverRedisDocumentsFactory(NacosFailoverProperties properties,
				ListableBeanFactory beanFactory) {
			properties.validate();
			RedisStoreProperties redis = properties.getRedis();
			NamedBean<RedisConnectionFactory> connectionFactory = NamedBean.find(beanFactory,
					RedisConnectionFactory.class, "nacos.failover.redis.connection-factory",
					redis.getConnectionFactory(), "redis", CURE);
			return new RedisDocumentsFactory(connectionFactory.bean(), redis.getKeyPrefix(), redis.getTimeout());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass(CONNECTION_FACTORY)
	static class MissingConfiguration {

		@Bean
		DocumentsFactory nacosFailoverRedisDocumentsFactory() {
			throw new InvalidFailoverPropertyException("nacos.failover.store", "redis",
					"Spring Data Redis is not on the class path", CURE);
		}

	}

}
