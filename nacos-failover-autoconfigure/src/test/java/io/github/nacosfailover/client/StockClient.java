package io.github.nacosfailover.client;

import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

import com.alibaba.nacos.api.PropertyKeyConst;
import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.ServiceInfo;
import com.alibaba.nacos.client.naming.NacosNamingService;
import com.alibaba.nacos.client.naming.backups.FailoverReactor;
import com.alibaba.nacos.client.naming.cache.ServiceInfoHolder;
import com.alibaba.nacos.client.naming.remote.NamingClientProxy;

/**
 * The real client of Nacos without a server. Its reactor is stopped and holds what the
 * test gives it; whatever is asked of the server fails with {@link #live()}.
 */
final class StockClient implements AutoCloseable {

	static final int LIVE = -4711;

	private final NacosNamingService client;

	private final FailoverReactor reactor;

	private final NamingClientProxy transport;

	StockClient() {
		try {
			Properties properties = new Properties();
			properties.setProperty(PropertyKeyConst.SERVER_ADDR, "127.0.0.1:1");
			properties.setProperty(PropertyKeyConst.NAMESPACE, "differential");
			this.client = new NacosNamingService(properties);
			ServiceInfoHolder holder = (ServiceInfoHolder) field(NacosNamingService.class, "serviceInfoHolder")
				.get(this.client);
			this.reactor = (FailoverReactor) field(ServiceInfoHolder.class, "failoverReactor").get(holder);
			this.reactor.shutdown();
			Field transport = field(NacosNamingService.class, "clientProxy");
			this.transport = (NamingClientProxy) transport.get(this.client);
			transport.set(this.client, Proxy.newProxyInstance(getClass().getClassLoader(),
					new Class<?>[] { NamingClientProxy.class }, (proxy, method, arguments) -> {
						throw live();
					}));
		}
		catch (ReflectiveOperationException | NacosException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static NacosException live() {
		return new NacosException(LIVE, "the server is asked");
	}

	NamingService naming() {
		return this.client;
	}

	/**
	 * Switches failover on.
	 * @param services the backups, which queries are going to damage
	 */
	void on(ServiceInfo... services) {
		try {
			Map<String, ServiceInfo> map = new ConcurrentHashMap<>();
			for (ServiceInfo service : services) {
				map.put(service.getGroupName() + "@@" + service.getName(), service);
			}
			field(FailoverReactor.class, "serviceMap").set(this.reactor, map);
			field(FailoverReactor.class, "failoverSwitchEnable").set(this.reactor, true);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Field field(Class<?> type, String name) throws NoSuchFieldException {
		Field field = type.getDeclaredField(name);
		field.setAccessible(true);
		return field;
	}

	@Override
	public void close() {
		try {
			field(NacosNamingService.class, "clientProxy").set(this.client, this.transport);
			this.client.shutDown();
		}
		catch (ReflectiveOperationException | NacosException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
