package io.github.nacosfailover.bridge;

import com.alibaba.nacos.common.logging.NacosLoggingAdapter;
import com.alibaba.nacos.common.logging.NacosLoggingAdapterBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Primes the bridge when the Nacos client sets up its logging, the first thing it ever
 * does: so that a client that is created before the application context is bridged too.
 * Never throws.
 */
public final class EarlyPrimer implements NacosLoggingAdapterBuilder {

	@Override
	public @Nullable NacosLoggingAdapter build() {
		try {
			Bridges.prime();
		}
		catch (Throwable ex) {
			BridgeFaults.failed(null, "bridging of Nacos clients", ex);
		}
		return null;
	}

}
