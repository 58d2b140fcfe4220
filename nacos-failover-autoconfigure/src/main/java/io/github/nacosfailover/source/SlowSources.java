package io.github.nacosfailover.source;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.github.nacosfailover.thread.Faults;
import io.github.nacosfailover.thread.RepeatedTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Reports sources that do not answer, on one thread for all of them that lives as long as
 * there is one: their own threads are blocked.
 */
final class SlowSources {

	private static final Faults faults = new Faults(LoggerFactory.getLogger(SlowSources.class), "sources");

	private static final List<PolledSource> sources = new CopyOnWriteArrayList<>();

	private static @Nullable RepeatedTask task;

	private SlowSources() {
	}

	static synchronized void add(PolledSource source) {
		sources.add(source);
		if (task == null) {
			task = new RepeatedTask("nacos-failover-slow-sources", faults, SlowSources::look);
			task.start();
		}
	}

	static synchronized void remove(PolledSource source) {
		sources.remove(source);
		if (sources.isEmpty() && task != null) {
			task.end();
			task = null;
		}
	}

	private static long look() {
		// Not that of the context whose source happened to be the first.
		Thread.currentThread().setContextClassLoader(SlowSources.class.getClassLoader());
		sources.forEach(PolledSource::logSlowness);
		return TimeUnit.SECONDS.toNanos(1);
	}

}
