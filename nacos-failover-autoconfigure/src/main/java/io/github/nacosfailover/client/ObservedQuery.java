package io.github.nacosfailover.client;

import java.util.List;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import org.jspecify.annotations.Nullable;

/**
 * One query as a {@link QueryObserver} sees it, which cannot do it any harm.
 */
final class ObservedQuery {

	private static final String OBSERVATION = "observation of queries";

	private final FailoverNamespace namespace;

	private final ServiceKey service;

	private final QueryObserver.@Nullable Query query;

	private ObservedQuery(FailoverNamespace namespace, ServiceKey service, QueryObserver.@Nullable Query query) {
		this.namespace = namespace;
		this.service = service;
		this.query = query;
	}

	static ObservedQuery start(QueryObserver observer, FailoverNamespace namespace, String group, String service,
			String method) {
		ServiceKey key = ServiceKey.of(group, service);
		return new ObservedQuery(namespace, key,
				namespace.faults().ask(OBSERVATION, () -> observer.start(namespace.name(), key, method)));
	}

	/** The query is answered here. */
	void served(Object answer) {
		boolean hold = this.namespace.view().isHeld(this.service);
		run((query) -> query.served(hold, instances(answer)));
	}

	@SuppressWarnings("unchecked")
	private static List<Instance> instances(Object answer) {
		return (answer instanceof List<?> list) ? (List<Instance>) list : List.of((Instance) answer);
	}

	void failed(Throwable failure) {
		run((query) -> query.failed(failure));
	}

	void stop() {
		run(QueryObserver.Query::stop);
	}

	private void run(Action action) {
		QueryObserver.Query query = this.query;
		if (query != null) {
			this.namespace.faults().run(OBSERVATION, () -> action.run(query));
		}
	}

	/** Tells the observer something. */
	@FunctionalInterface
	private interface Action {

		void run(QueryObserver.Query query);

	}

}
