package io.github.nacosfailover.autoconfigure;

import java.util.Properties;

import com.alibaba.nacos.api.NacosFactory;
import com.alibaba.nacos.api.PropertyKeyConst;
import com.alibaba.nacos.api.naming.NamingService;
import io.github.nacosfailover.client.NamingServiceDecorator;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Makes a naming client for applications that have none.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("nacos.failover.client.server-addr")
@ConditionalOnMissingBean(value = NamingService.class, type = "com.alibaba.cloud.nacos.NacosServiceManager")
class NamingClientConfiguration {

	@Bean(destroyMethod = "shutDown")
	NamingService nacosNamingService(NacosFailoverProperties properties, NamingServiceDecorator decorator)
			throws Exception {
		NamingClientProperties client = properties.getClient();
		Properties clientProperties = new Properties();
		clientProperties.putAll(client.getProperties());
		put(clientProperties, PropertyKeyConst.SERVER_ADDR, client.getServerAddr());
		put(clientProperties, PropertyKeyConst.NAMESPACE, client.getNamespace());
		put(clientProperties, PropertyKeyConst.USERNAME, client.getUsername());
		put(clientProperties, PropertyKeyConst.PASSWORD, client.getPassword());
		return decorator.create(() -> NacosFactory.createNamingService(clientProperties));
	}

	private static void put(Properties properties, String name, @Nullable String value) {
		if (value != null && !value.isEmpty()) {
			properties.setProperty(name, value);
		}
	}

}
