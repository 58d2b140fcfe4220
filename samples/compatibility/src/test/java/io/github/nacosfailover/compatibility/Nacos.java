package io.github.nacosfailover.compatibility;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;

import com.alibaba.nacos.api.NacosFactory;
import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.nacosserver.NacosServer;

/**
 * The Nacos server of the run, and clients as applications make them by hand.
 */
final class Nacos {

	private static NacosServer server;

	private Nacos() {
	}

	static synchronized NacosServer server() {
		if (server == null) {
			server = NacosServer.start();
		}
		return server;
	}

	static String serverAddr() {
		return server().serverAddr();
	}

	static NamingService client(String serverAddr, String namespace) throws NacosException {
		Properties properties = new Properties();
		properties.setProperty("serverAddr", serverAddr);
		properties.setProperty("namespace", namespace);
		return NacosFactory.createNamingService(properties);
	}

	/**
	 * Registers instances that live as long as the client.
	 * @param client the client
	 * @param service the service, in the default group
	 * @param addresses the instances, {@code ip:port} or {@code ip:port/cluster}
	 */
	static void register(NamingService client, String service, String... addresses) throws NacosException {
		List<Instance> instances = new ArrayList<>();
		for (String address : addresses) {
			instances.add(instance(address));
		}
		client.batchRegisterInstance(service, "DEFAULT_GROUP", instances);
	}

	static Instance instance(String address) {
		String[] parts = address.split("[:/]");
		Instance instance = new Instance();
		instance.setIp(parts[0]);
		instance.setPort(Integer.parseInt(parts[1]));
		instance.setClusterName((parts.length > 2) ? parts[2] : "DEFAULT");
		return instance;
	}

	static List<String> addresses(List<Instance> instances) {
		return instances.stream().map(Instance::toInetAddr).sorted().toList();
	}

	static List<String> query(NamingService client, String service) throws NacosException {
		return addresses(client.getAllInstances(service));
	}

	static String uniqueName(String prefix) {
		return prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
	}

}
