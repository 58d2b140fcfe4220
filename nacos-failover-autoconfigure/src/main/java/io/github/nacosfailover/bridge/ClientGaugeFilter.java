package io.github.nacosfailover.bridge;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.config.MeterFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Filters out the failover gauge of the client, which has one per service: it is late,
 * becomes NaN, is never removed, and costs a scan of all meters per service. The meters
 * of this starter have the same information.
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
			// Most probably there is no Micrometer, and so no gauge.
			logger.debug("The client's gauge cannot be filtered", ex);
		}
	}

}
