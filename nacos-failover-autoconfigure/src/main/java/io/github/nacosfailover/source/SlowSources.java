package io.github.nacosfailover.source;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Looks after sources that do not answer, on one thread for all of them that lives as
 * long as there is one: their own threads are blocked and cannot say so.
 */
final class SlowSources implements Runnable {

	private static final List<PolledSource> sources = new CopyOnWriteArrayList<>();

	private static @Nullable Thread thread;

	private SlowSources() {
	}

	static synchronized void add(PolledSource source) {
		sources.add(source);
		if (thread == null) {
			thread = new Thread(new SlowSources(), "nacos-failover-slow-sources");
			thread.setDaemon(true);
			thread.setContextClassLoader(SlowSources.class.getClassLoader());
			thread.start();
		}
	}

	static synchronized void remove(PolledSource source) {
		sources.remove(source);
		if (sources.isEmpty() && thread != null) {
			thread.interrupt();
			thread = null;
		}
	}

	@Override
	public void run() {
		try {
			while (true) {
				TimeUnit.SECONDS.sleep(1);
				sources.forEach(PolledSource::logSlowness);
			}
		}
		catch (InterruptedException ex) {
			// The last source has been closed.
		}
	}

}
