package io.github.nacosfailover.bridge;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import com.alibaba.nacos.plugin.auth.api.LoginIdentityContext;
import com.alibaba.nacos.plugin.auth.api.RequestResource;
import com.alibaba.nacos.plugin.auth.spi.client.AbstractClientAuthService;

/**
 * Passes the properties of each client whose classes several applications share to the
 * applications. {@link SharedClient} defines a copy of this class in the class loader of
 * the client, so it must not depend on any other class of ours.
 */
public final class SharedStartHook extends AbstractClientAuthService {

	/** Each receives the properties. Weak, so that applications can be unloaded. */
	public static final List<WeakReference<Consumer<Properties>>> APPLICATIONS = new CopyOnWriteArrayList<>();

	@Override
	public Boolean login(Properties properties) {
		for (WeakReference<Consumer<Properties>> application : APPLICATIONS) {
			Consumer<Properties> consumer = application.get();
			if (consumer != null) {
				consumer.accept(properties);
			}
			else {
				APPLICATIONS.remove(application);
			}
		}
		return true;
	}

	@Override
	public LoginIdentityContext getLoginIdentityContext(RequestResource resource) {
		return new LoginIdentityContext();
	}

	@Override
	public void shutdown() {
	}

}
