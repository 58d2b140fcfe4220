package io.github.nacosfailover.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * Documents the observation of queries of a decorated naming client.
 */
public enum NamingQueryObservation implements ObservationDocumentation {

	/** One query: from the call of the client to its answer. */
	QUERY {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultNamingQueryObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return LowCardinalityKeyNames.values();
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return HighCardinalityKeyNames.values();
		}

	};

	/** Keys with few values. */
	public enum LowCardinalityKeyNames implements KeyName {

		/**
		 * Where the query was answered from: {@code live}, {@code backup} or
		 * {@code hold}.
		 */
		SERVED_FROM {

			@Override
			public String asString() {
				return "nacos.failover.served-from";
			}

		},

		/** Name of the namespace. */
		NAMESPACE {

			@Override
			public String asString() {
				return "nacos.failover.namespace";
			}

		},

		/** Name of the called method. */
		METHOD {

			@Override
			public String asString() {
				return "nacos.failover.method";
			}

		}

	}

	/** Keys with many values. */
	public enum HighCardinalityKeyNames implements KeyName {

		/** The service, with its group. */
		SERVICE {

			@Override
			public String asString() {
				return "nacos.failover.service";
			}

		}

	}

}
