package io.github.nacosfailover.spring.cloud;

import java.util.Properties;
import java.util.concurrent.Callable;

import com.alibaba.cloud.nacos.NacosServiceManager;
import com.alibaba.nacos.api.naming.NamingService;
import io.github.nacosfailover.client.NamingServiceDecorator;

/**
 * Creates the naming client of Spring Cloud Alibaba, each time it is rebuilt, in the name
 * of this context, and hands it out decorated.
 */
class FailoverNacosServiceManager extends NacosServiceManager {

	private final NamingServiceDecorator decorator;

	FailoverNacosServiceManager(NamingServiceDecorator decorator) {
		this.decorator = decorator;
	}

	@Override
	public NamingService getNamingService() {
		return decorate(super::getNamingService);
	}

	@Override
	@Deprecated
	public NamingService getNamingService(Properties properties) {
		return decorate(() -> super.getNamingService(properties));
	}

	private NamingService decorate(Callable<NamingService> creation) {
		try {
			return this.decorator.create(creation);
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
