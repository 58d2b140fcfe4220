package io.github.nacosfailover.testsupport;

import java.nio.file.Path;
import java.util.Properties;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.client.naming.NacosNamingService;

/**
 * Naming clients of a server that is not there: they start all the same.
 */
public final class OfflineClients {

	private OfflineClients() {
	}

	/**
	 * The properties of a client that can reach no server.
	 * @param home the client's own directory
	 * @return the properties
	 */
	public static Properties properties(Path home) {
		return properties(home, "public");
	}

	public static Properties properties(Path home, String namespace) {
		Properties properties = new Properties();
		properties.setProperty("serverAddr", "127.0.0.1:1");
		properties.setProperty("namespace", namespace);
		properties.setProperty("JM.SNAPSHOT.PATH", home.toString());
		return properties;
	}

	public static NacosNamingService create(Path home) {
		return create(home, "public");
	}

	public static NacosNamingService create(Path home, String namespace) {
		try {
			return new NacosNamingService(properties(home, namespace));
		}
		catch (NacosException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public static void shutDown(NamingService client) {
		try {
			client.shutDown();
		}
		catch (NacosException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The client's failover directory.
	 * @param home the client's own directory
	 * @return the files in it
	 */
	public static FailoverFiles files(Path home) {
		return new FailoverFiles(home.resolve("nacos/naming/public/failover"));
	}

}
