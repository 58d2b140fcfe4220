package io.github.nacosfailover.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names observed queries, and their keys. A bean of this type replaces the default.
 */
public interface NamingQueryObservationConvention extends ObservationConvention<NamingQueryObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof NamingQueryObservationContext;
	}

}
