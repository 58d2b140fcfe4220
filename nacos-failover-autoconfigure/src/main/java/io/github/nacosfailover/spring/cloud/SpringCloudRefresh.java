package io.github.nacosfailover.spring.cloud;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverListener;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.source.BackupTable;
import io.github.nacosfailover.thread.DaemonThreads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Makes Spring Cloud look at its services again when a namespace has a new view: the load
 * balancer at once, whoever listens to heartbeats right after.
 */
public class SpringCloudRefresh implements FailoverListener, SmartInitializingSingleton, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(SpringCloudRefresh.class);

	/**
	 * A look-up that was under way can put the old list back, up to the timeouts of a
	 * query to a server that does not answer.
	 */
	private static final long[] AGAIN_AFTER_MILLIS = { 50, 500, 5_000 };

	private final FailoverEngine engine;

	private final Eviction eviction;

	private final ApplicationEventPublisher publisher;

	private final ScheduledThreadPoolExecutor executor;

	public SpringCloudRefresh(FailoverEngine engine, Eviction eviction, ApplicationEventPublisher publisher) {
		this.engine = engine;
		this.eviction = eviction;
		this.publisher = publisher;
		this.executor = DaemonThreads.idlingScheduler("nacos-failover-spring-cloud");
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.engine.addListener(this);
	}

	@Override
	public void viewChanged(FailoverNamespace namespace, View before, View after) {
		Set<String> services = differences(before.answers(), after.answers());
		if (services.isEmpty() && before.isOn() == after.isOn()) {
			return;
		}
		forget(services);
		try {
			this.executor.execute(() -> publish(namespace, after));
			for (long delay : AGAIN_AFTER_MILLIS) {
				this.executor.schedule(() -> forget(services), delay, TimeUnit.MILLISECONDS);
			}
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The context is closing, Spring Cloud is not told any more");
		}
	}

	@Override
	public void viewApplied(FailoverNamespace namespace, View before, View after) {
		forget(differences(before.answers(), after.answers()));
	}

	private void forget(Collection<String> services) {
		this.engine.faults().run("caches of Spring Cloud LoadBalancer", () -> this.eviction.forget(services));
	}

	private static Set<String> differences(BackupTable before, BackupTable after) {
		Set<String> services = new HashSet<>();
		collect(before, after, services);
		collect(after, before, services);
		return services;
	}

	private static void collect(BackupTable table, BackupTable other, Set<String> services) {
		for (BackupRef backup : table.all()) {
			if (!backup.equals(other.find(backup.key()))) {
				services.add(backup.key().service());
			}
		}
	}

	private void publish(FailoverNamespace namespace, View view) {
		this.engine.faults()
			.run("listeners of Spring Cloud's heartbeat", () -> this.publisher.publishEvent(new HeartbeatEvent(this,
					"nacos-failover %s %s %s".formatted(namespace.name(), view.version(), view.since()))));
	}

	@Override
	public void destroy() {
		this.engine.removeListener(this);
		this.executor.shutdownNow();
	}

	/** Something that remembers the instances of services. */
	public interface Eviction {

		void forget(Collection<String> services);

	}

}
