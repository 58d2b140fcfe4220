package io.github.nacosfailover.observation;

import java.util.List;
import java.util.function.Supplier;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.client.QueryObserver;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Makes a Micrometer observation of each query, and marks the instances that do not come
 * from the server in their metadata, where Spring Cloud applications see it.
 */
public final class QueryObservations implements QueryObserver {

	/** Key of the metadata of instances: {@code backup} or {@code hold}. */
	public static final String SERVED_FROM = "nacos.failover.served-from";

	private static final NamingQueryObservationConvention DEFAULT = new DefaultNamingQueryObservationConvention();

	private final Supplier<ObservationRegistry> registry;

	private final Supplier<@Nullable NamingQueryObservationConvention> convention;

	/**
	 * Creates observations.
	 * @param registry the registry, asked for with the first query: clients are created
	 * early
	 * @param convention the convention of the application, {@code null} for the default
	 */
	public QueryObservations(Supplier<ObservationRegistry> registry,
			Supplier<@Nullable NamingQueryObservationConvention> convention) {
		this.registry = registry;
		this.convention = convention;
	}

	@Override
	public Query start(String namespace, ServiceKey service, String method) {
		NamingQueryObservationContext context = new NamingQueryObservationContext(namespace, service.toString(),
				method);
		Observation observation = NamingQueryObservation.QUERY.observation(this.convention.get(), DEFAULT,
				() -> context, this.registry.get());
		observation.start();
		return new ObservedQuery(observation, context);
	}

	/** One observed query. */
	private record ObservedQuery(Observation observation, NamingQueryObservationContext context) implements Query {

		@Override
		public void served(boolean hold, List<Instance> instances) {
			String from = hold ? "hold" : "backup";
			this.context.setServedFrom(from);
			instances.forEach((instance) -> instance.addMetadata(SERVED_FROM, from));
		}

		@Override
		public void failed(Throwable failure) {
			this.observation.error(failure);
		}

		@Override
		public void stop() {
			this.observation.stop();
		}

	}

}
