package io.github.nacosfailover.samples.quickstart;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

import com.alibaba.nacos.api.NacosFactory;
import com.alibaba.nacos.api.PropertyKeyConst;
import com.alibaba.nacos.api.common.Constants;
import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * The provider: several small HTTP servers, which it registers in Nacos.
 */
class OrdersProvider implements AutoCloseable {

	static final String SERVICE = "orders";

	private static final String HOST = "127.0.0.1";

	private final List<HttpServer> instances = new ArrayList<>();

	private String serverAddr;

	private NamingService naming;

	/**
	 * Starts an instance on a free port.
	 * @throws IOException if there is none
	 */
	void addInstance() throws IOException {
		HttpServer instance = HttpServer.create(new InetSocketAddress(InetAddress.getByName(HOST), 0), 0);
		String answer = "orders instance %d".formatted(this.instances.size() + 1);
		instance.createContext("/", (exchange) -> answer(exchange, answer));
		instance.start();
		this.instances.add(instance);
	}

	private static void answer(HttpExchange exchange, String answer) throws IOException {
		try (exchange) {
			byte[] body = answer.getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
		}
	}

	List<Integer> ports() {
		return this.instances.stream().map((instance) -> instance.getAddress().getPort()).toList();
	}

	/**
	 * Registers all instances. The client registers them again by itself when the server
	 * has been away.
	 * @param serverAddr address of the Nacos server
	 * @throws NacosException if it does not answer
	 */
	void register(String serverAddr) throws NacosException {
		this.serverAddr = serverAddr;
		Properties properties = new Properties();
		properties.setProperty(PropertyKeyConst.SERVER_ADDR, serverAddr);
		this.naming = NacosFactory.createNamingService(properties);
		// One by one, each would replace the one before: a client has one registration
		// per service.
		this.naming.batchRegisterInstance(SERVICE, Constants.DEFAULT_GROUP,
				ports().stream().map(OrdersProvider::registration).toList());
	}

	private static Instance registration(int port) {
		Instance instance = new Instance();
		instance.setIp(HOST);
		instance.setPort(port);
		return instance;
	}

	/**
	 * Registers all instances again.
	 * @throws NacosException if the server does not answer
	 */
	void comeBack() throws NacosException {
		register(this.serverAddr);
	}

	/**
	 * Ends the connection to the Nacos server, upon which that forgets the instances.
	 * @throws NacosException if that fails
	 */
	void leave() throws NacosException {
		this.naming.shutDown();
	}

	@Override
	public void close() {
		this.instances.forEach((instance) -> instance.stop(0));
	}

}
