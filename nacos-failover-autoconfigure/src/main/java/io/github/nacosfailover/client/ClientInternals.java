package io.github.nacosfailover.client;

import java.lang.reflect.Field;
import java.util.function.Supplier;

import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.client.naming.NacosNamingService;
import com.alibaba.nacos.client.naming.backups.FailoverReactor;
import com.alibaba.nacos.client.naming.cache.ServiceInfoHolder;
import io.github.nacosfailover.bridge.ClientBridge;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only class that reads private fields of the Nacos client, to find the bridge that a
 * client has created. If the fields are not as expected, clients are not decorated, and
 * the bridge serves them.
 */
final class ClientInternals {

	private static final Logger logger = LoggerFactory.getLogger(ClientInternals.class);

	private static final Field @Nullable [] PATH = findPath();

	private ClientInternals() {
	}

	private static Field @Nullable [] findPath() {
		try {
			Field[] path = { NacosNamingService.class.getDeclaredField("serviceInfoHolder"),
					ServiceInfoHolder.class.getDeclaredField("failoverReactor"),
					FailoverReactor.class.getDeclaredField("failoverDataSource") };
			for (Field field : path) {
				field.setAccessible(true);
			}
			return path;
		}
		catch (Throwable ex) {
			logger.warn("Failover: this version of the Nacos client is not known; its clients are served without "
					+ "decoration: {}", ex.toString());
			return null;
		}
	}

	/** Whether the fields of the client are as expected. */
	static boolean areKnown() {
		return PATH != null;
	}

	/** The bridge that a client has created, {@code null} if it cannot be found. */
	static @Nullable ClientBridge bridgeOf(NamingService namingService) {
		if (PATH == null || !(namingService instanceof NacosNamingService)) {
			return null;
		}
		try {
			@Nullable Object value = namingService;
			for (Field field : PATH) {
				value = field.get(value);
			}
			if (value instanceof Supplier<?> shared) {
				// Classes of the client are shared with other applications.
				value = shared.get();
			}
			return (value instanceof ClientBridge bridge) ? bridge : null;
		}
		catch (Throwable ex) {
			logger.debug("The bridge of a Nacos client cannot be found", ex);
			return null;
		}
	}

}
