package io.github.nacosfailover.bridge;

import com.alibaba.nacos.common.logging.NacosLoggingAdapter;
import com.alibaba.nacos.common.logging.NacosLoggingAdapterBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Primes the bridge when the Nacos client initialises its logging, which is the first
 * thing it does, so that clients created before the application context are bridged too.
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
