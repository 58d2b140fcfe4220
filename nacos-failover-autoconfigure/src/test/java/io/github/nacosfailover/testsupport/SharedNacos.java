package io.github.nacosfailover.testsupport;

import java.util.Properties;

import com.alibaba.nacos.api.NacosFactory;
import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import io.github.nacosfailover.nacosserver.NacosServer;

/**
 * The Nacos server that the tests of a run share. Tests that kill it restart it before
 * they end, or use a server of their own.
 */
public final class SharedNacos {

	private static NacosServer server;

	private SharedNacos() {
	}

	public static synchronized NacosServer server() {
		if (server == null) {
			server = NacosServer.start();
		}
		if (!server.isRunning()) {
			server.restart();
		}
		return server;
	}

	/**
	 * Creates a client for registering instances, in the public namespace.
	 * @return the client, to be shut down by the test
	 */
	public static NamingService client() throws NacosException {
		return client("public");
	}

	public static NamingService client(String namespace) throws NacosException {
		Properties properties = new Properties();
		properties.setProperty("serverAddr", server().serverAddr());
		properties.setProperty("namespace", namespace);
		return NacosFactory.createNamingService(properties);
	}

}
