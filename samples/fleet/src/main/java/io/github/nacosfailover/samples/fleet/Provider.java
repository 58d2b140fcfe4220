package io.github.nacosfailover.samples.fleet;

import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;

import com.alibaba.nacos.api.PropertyKeyConst;
import com.alibaba.nacos.api.common.Constants;
import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingFactory;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;

/**
 * Registers the instances of a service, as a provider does. Nobody calls them here.
 */
class Provider {

	private final NamingService naming;

	Provider(String nacos, String service, String network) throws NacosException {
		Properties properties = new Properties();
		properties.setProperty(PropertyKeyConst.SERVER_ADDR, nacos);
		this.naming = NamingFactory.createNamingService(properties);
		List<Instance> instances = IntStream.rangeClosed(1, 2)
			.mapToObj((host) -> instance("%s.%d".formatted(network, host)))
			.toList();
		this.naming.batchRegisterInstance(service, Constants.DEFAULT_GROUP, instances);
	}

	private static Instance instance(String ip) {
		Instance instance = new Instance();
		instance.setIp(ip);
		instance.setPort(8080);
		return instance;
	}

	void leave() throws NacosException {
		this.naming.shutDown();
	}

}
