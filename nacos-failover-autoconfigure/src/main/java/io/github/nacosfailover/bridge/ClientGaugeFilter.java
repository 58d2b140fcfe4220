package io.github.nacosfailover.bridge;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.config.MeterFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client's own gauge of failover, one per service: it comes late, turns into NaN, is
 * never removed, and looking for it costs a scan of all meters per service. It is kept
 * from being registered; the meters of this starter tell the same.
 */
final class ClientGaugeFilter {

	private static final Logger logger = LoggerFactory.getLogger(ClientGaugeFilter.class);

	private static final String NAME = "nacos_naming_client_failover_instances";

	private static boolean installed;

	private ClientGaugeFilter() {
	}

	static synchronized void install() {
		if (installed) {
			return;
		}
		installed = true;
		try {
			Metrics.globalRegistry.config().meterFilter(MeterFilter.deny((id) -> id.getName().equals(NAME)));
			Metrics.globalRegistry.find(NAME).meters().forEach(Metrics.globalRegistry::remove);
		}
		catch (Throwable ex) {
			// There is no Micrometer, most probably, and so no gauge.
			logger.debug("The client's gauge cannot be filtered", ex);
		}
	}

}
