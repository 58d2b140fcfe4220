package io.github.nacosfailover.client;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.listener.EventListener;
import com.alibaba.nacos.api.naming.selector.NamingSelector;
import com.alibaba.nacos.api.selector.AbstractSelector;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServiceUsage;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.source.BackupTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles the calls of a decorated client. Queries are answered from the backup while
 * failover is on for the service; all other calls are passed on to the client. If
 * anything fails here, the client answers.
 */
final class NamingServiceHandler implements InvocationHandler {

	private static final String COUNTING = "counting of queries";

	private static final Logger logger = LoggerFactory.getLogger(NamingServiceHandler.class);

	private static final String LISTS = "lists of services, which come from the Nacos client";

	private static final Map<Method, QueryMethod> QUERIES = findQueries();

	private final NamingService client;

	private final FailoverNamespace namespace;

	private final Subscriptions subscriptions;

	private final ServiceLists serviceLists;

	private final Runnable onShutDown;

	/** What could not be answered from the backups in the last attempt, mostly empty. */
	private final Set<String> degraded = new CopyOnWriteArraySet<>();

	private final @Nullable QueryObserver observer;

	NamingServiceHandler(NamingService client, FailoverNamespace namespace, Subscriptions subscriptions,
			ServiceLists serviceLists, @Nullable QueryObserver observer, Runnable onShutDown) {
		this.observer = observer;
		this.client = client;
		this.namespace = namespace;
		this.subscriptions = subscriptions;
		this.serviceLists = serviceLists;
		this.onShutDown = onShutDown;
	}

	private static Map<Method, QueryMethod> findQueries() {
		Map<Method, QueryMethod> queries = new HashMap<>();
		for (Method method : NamingService.class.getMethods()) {
			QueryMethod query = QueryMethod.of(method);
			if (query != null) {
				queries.put(method, query);
			}
		}
		return queries;
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		if (arguments != null) {
			QueryMethod query = QUERIES.get(method);
			if (query != null) {
				return (this.observer == null) ? query(query, method, arguments, null)
						: observe(this.observer, query, method, arguments);
			}
		}
		return invokeOther(proxy, method, (arguments != null) ? arguments : new Object[0]);
	}

	private @Nullable Object observe(QueryObserver observer, QueryMethod query, Method method,
			@Nullable Object[] arguments) throws Throwable {
		ObservedQuery observed = ObservedQuery.start(observer, this.namespace, query.group(arguments),
				String.valueOf(arguments[0]), method.getName());
		try {
			return query(query, method, arguments, observed);
		}
		catch (Throwable ex) {
			observed.failed(ex);
			throw ex;
		}
		finally {
			observed.stop();
		}
	}

	private @Nullable Object query(QueryMethod query, Method method, @Nullable Object[] arguments,
			@Nullable ObservedQuery observed) throws Throwable {
		if (!(arguments[0] instanceof String service)) {
			return callClient(method, arguments);
		}
		String group = query.group(arguments);
		// Counted first, so that a query that fails is counted too.
		ServiceUsage usage = asked(group, service);
		Object answer = null;
		Backup backup = null;
		try {
			Collection<String> clusters = query.clusters(arguments);
			backup = backup(group, service, clusters);
			answer = (backup != null)
					? query.answer(backup, (backup.key().clusters() != null) ? null : clusters, arguments) : null;
		}
		catch (Throwable ex) {
			if (backup != null && query.isForClient(ex)) {
				usage.servedFromBackup();
				usage.answered(false);
				throw ex;
			}
			degrade(answersFor(group, service), ex);
		}
		if (answer != null) {
			answered(group, service);
			usage.servedFromBackup();
			usage.answered(isFound(answer));
			if (observed != null) {
				observed.served(answer);
			}
			return answer;
		}
		Object live = null;
		try {
			live = callClient(method, arguments);
		}
		finally {
			usage.answered(isFound(live));
		}
		countLive(usage, group, service, live);
		return live;
	}

	private static boolean isFound(@Nullable Object answer) {
		return answer != null && !(answer instanceof List<?> instances && instances.isEmpty());
	}

	private ServiceUsage asked(String group, String service) {
		try {
			return this.namespace.usage(group, service);
		}
		catch (Throwable ex) {
			degrade(COUNTING, ex);
			return new ServiceUsage();
		}
	}

	private void countLive(ServiceUsage usage, String group, String service, @Nullable Object live) {
		if (usage.isKnown() || !isFound(live)) {
			usage.servedLive();
			return;
		}
		try {
			this.namespace.known(group, service).servedLive();
		}
		catch (Throwable ex) {
			degrade(COUNTING, ex);
		}
	}

	private @Nullable Backup backup(String group, String service, @Nullable Collection<String> clusters) {
		// One view for both lookups: they must not see a change between them.
		BackupTable served = this.namespace.view().answers();
		BackupRef found = null;
		if (clusters != null && !clusters.isEmpty() && !served.isEmpty()) {
			found = served.find(new ServiceKey(group, service, ServiceKey.joinClusters(clusters)));
		}
		Backup selected = (found != null) ? found.get() : null;
		if (selected != null) {
			return selected;
		}
		found = served.find(group, service);
		return (found != null) ? found.get() : null;
	}

	/** Record that the client answers, because of a failure here. */
	private void degrade(String what, Throwable ex) {
		this.degraded.add(what);
		this.namespace.faults().failed(what, ex);
	}

	private void answered(String group, String service) {
		if (!this.degraded.isEmpty()) {
			recovered(answersFor(group, service));
		}
	}

	private void recovered(String what) {
		if (this.degraded.remove(what)) {
			this.namespace.faults().worked(what);
		}
	}

	private static String answersFor(String group, String service) {
		return "answers for %s@@%s, which come from the Nacos client".formatted(group, service);
	}

	private @Nullable Object invokeOther(Object proxy, Method method, @Nullable Object[] arguments) throws Throwable {
		switch (method.getName()) {
			case "equals" -> {
				return proxy == arguments[0];
			}
			case "hashCode" -> {
				return System.identityHashCode(proxy);
			}
			case "toString" -> {
				return "Nacos failover around " + this.client;
			}
			case "undecoratedNamingService" -> {
				return this.client;
			}
			case "subscribe" -> {
				subscribe(method, arguments);
				return null;
			}
			case "unsubscribe" -> {
				unsubscribe(method, arguments);
				return null;
			}
			case "getServicesOfServer" -> {
				return services(method, arguments);
			}
			case "shutDown" -> {
				this.namespace.faults().run("end of a client", this.onShutDown::run);
				return callClient(method, arguments);
			}
			default -> {
				return callClient(method, arguments);
			}
		}
	}

	private void subscribe(Method method, @Nullable Object[] arguments) throws Throwable {
		int last = arguments.length - 1;
		if (!(arguments[0] instanceof String service) || !(arguments[last] instanceof EventListener listener)) {
			callClient(method, arguments);
			return;
		}
		Subscription subscription = this.subscriptions.add(key(service, arguments), selection(arguments), listener);
		arguments[last] = subscription;
		this.namespace.usage(subscription.key().group(), subscription.key().service());
		try {
			callClient(method, arguments);
		}
		catch (NacosException ex) {
			// The client has recorded it and subscribes when the server is back.
			if (!subscription.isServed()) {
				throw ex;
			}
			logger.info("Failover: {} is subscribed from its backup, and from the server when it is back: {}",
					subscription.key(), ex.getErrMsg());
		}
		finally {
			subscription.start();
		}
	}

	private void unsubscribe(Method method, @Nullable Object[] arguments) throws Throwable {
		int last = arguments.length - 1;
		Subscription subscription = null;
		if (arguments[0] instanceof String service && arguments[last] instanceof EventListener listener) {
			subscription = this.subscriptions.remove(key(service, arguments), selection(arguments), listener);
		}
		if (subscription == null) {
			callClient(method, arguments);
			return;
		}
		arguments[last] = subscription;
		try {
			callClient(method, arguments);
		}
		catch (NacosException ex) {
			if (!subscription.isServed()) {
				throw ex;
			}
			logger.info("Failover: {} is unsubscribed, at the server when it is back: {}", subscription.key(),
					ex.getErrMsg());
		}
	}

	private static ServiceKey key(String service, @Nullable Object[] arguments) {
		return ServiceKey.of((arguments[1] instanceof String group) ? group : ServiceKey.DEFAULT_GROUP, service);
	}

	private static @Nullable Object selection(@Nullable Object[] arguments) {
		for (Object argument : arguments) {
			if (argument instanceof List<?> || argument instanceof NamingSelector) {
				return argument;
			}
		}
		return null;
	}

	private @Nullable Object services(Method method, @Nullable Object[] arguments) throws Throwable {
		if (!this.namespace.view().isServing() || !(arguments[0] instanceof Integer page)
				|| !(arguments[1] instanceof Integer size)) {
			return callClient(method, arguments);
		}
		String group = (arguments.length > 2 && arguments[2] instanceof String name) ? name : ServiceKey.DEFAULT_GROUP;
		AbstractSelector selector = (arguments[arguments.length - 1] instanceof AbstractSelector found) ? found : null;
		try {
			Object list = this.serviceLists.list(page, size, group, selector);
			recovered(LISTS);
			return list;
		}
		catch (Throwable ex) {
			degrade(LISTS, ex);
			return callClient(method, arguments);
		}
	}

	private @Nullable Object callClient(Method method, @Nullable Object[] arguments) throws Throwable {
		try {
			return method.invoke(this.client, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

}
