package io.github.nacosfailover.bridge;

import java.util.Properties;

import com.alibaba.nacos.plugin.auth.api.LoginIdentityContext;
import com.alibaba.nacos.plugin.auth.api.RequestResource;
import com.alibaba.nacos.plugin.auth.spi.client.AbstractClientAuthService;

/**
 * Receives the properties of each naming client while it is created: the client calls
 * {@code login} of every authentication plugin with its properties, on the thread that
 * has just created its {@link ClientBridge}. Adds nothing to requests, and never throws.
 */
public final class ClientStartHook extends AbstractClientAuthService {

	@Override
	public Boolean login(Properties properties) {
		created(properties);
		return true;
	}

	static void created(Properties properties) {
		try {
			ClientBridge.clientCreated(properties);
		}
		catch (Throwable ex) {
			BridgeFaults.failed(null, "start of a Nacos client", ex);
		}
	}

	@Override
	public LoginIdentityContext getLoginIdentityContext(RequestResource resource) {
		return new LoginIdentityContext();
	}

	@Override
	public void shutdown() {
	}

}
