package io.github.nacosfailover.client;

import java.lang.reflect.Proxy;

import com.alibaba.nacos.api.naming.NamingService;
import io.github.nacosfailover.engine.FailoverNamespace;

/**
 * Decorated clients without a server: whatever is not answered from backups goes to the
 * given client.
 */
final class Decorated {

	private Decorated() {
	}

	static NamingService around(NamingService client, FailoverNamespace namespace) {
		NamingServiceHandler handler = new NamingServiceHandler(client, namespace, new Subscriptions(namespace),
				new ServiceLists(client, namespace, Runnable::run), null, () -> {
				});
		return (NamingService) Proxy.newProxyInstance(Decorated.class.getClassLoader(),
				new Class<?>[] { NamingService.class, DecoratedNamingService.class }, handler);
	}

}
