package io.github.nacosfailover.observation;

import io.github.nacosfailover.observation.NamingQueryObservation.HighCardinalityKeyNames;
import io.github.nacosfailover.observation.NamingQueryObservation.LowCardinalityKeyNames;
import io.micrometer.common.KeyValues;

/**
 * Default {@link NamingQueryObservationConvention}.
 */
public class DefaultNamingQueryObservationConvention implements NamingQueryObservationConvention {

	@Override
	public String getName() {
		return "nacos.failover.query";
	}

	@Override
	public String getContextualName(NamingQueryObservationContext context) {
		return "nacos query " + context.getService();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(NamingQueryObservationContext context) {
		return KeyValues.of(LowCardinalityKeyNames.SERVED_FROM.withValue(context.getServedFrom()),
				LowCardinalityKeyNames.NAMESPACE.withValue(context.getNamespace()),
				LowCardinalityKeyNames.METHOD.withValue(context.getMethod()));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(NamingQueryObservationContext context) {
		return KeyValues.of(HighCardinalityKeyNames.SERVICE.withValue(context.getService()));
	}

}
