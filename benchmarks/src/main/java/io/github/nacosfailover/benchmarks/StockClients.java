package io.github.nacosfailover.benchmarks;

import java.nio.file.Path;
import java.util.Properties;

import com.alibaba.nacos.api.NacosFactory;
import com.alibaba.nacos.api.PropertyKeyConst;
import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;

/**
 * Clients as Nacos makes them. Uses nothing of ours, for it also runs without our jar.
 */
final class StockClients {

	private StockClients() {
	}

	static NamingService create(Path home) throws NacosException {
		return NacosFactory.createNamingService(properties(home));
	}

	static Properties properties(Path home) {
		Properties properties = new Properties();
		properties.setProperty(PropertyKeyConst.SERVER_ADDR, System.getProperty("benchmarks.server"));
		properties.setProperty("JM.SNAPSHOT.PATH", home.toString());
		return properties;
	}

	/**
	 * Waits for an answer that has instances of a network.
	 * @param naming the client
	 * @param service the service
	 * @param network the start of the addresses
	 */
	static void await(NamingService naming, String service, String network) throws Exception {
		while (!isFrom(naming, service, network)) {
			Thread.sleep(1);
		}
	}

	static boolean isFrom(NamingService naming, String service, String network) {
		try {
			var instances = naming.getAllInstances(service);
			return !instances.isEmpty() && instances.get(0).getIp().startsWith(network);
		}
		catch (NacosException ex) {
			return false;
		}
	}

}
