package io.github.nacosfailover.source;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import com.alibaba.nacos.client.naming.backups.FailoverData;
import com.alibaba.nacos.client.naming.backups.FailoverDataSource;
import com.alibaba.nacos.client.naming.backups.FailoverSwitch;

/**
 * A source that does what a test tells it to.
 */
class Scripted implements FailoverDataSource {

	final AtomicInteger switchCalls = new AtomicInteger();

	final AtomicInteger dataCalls = new AtomicInteger();

	final CountDownLatch released = new CountDownLatch(1);

	volatile Boolean on = false;

	volatile Map<String, FailoverData> data = new HashMap<>();

	volatile Supplier<Map<String, FailoverData>> fresh;

	volatile Runnable switchFailure;

	volatile Runnable dataFailure;

	volatile boolean hang;

	volatile boolean hanging;

	@Override
	public FailoverSwitch getSwitch() {
		this.switchCalls.incrementAndGet();
		Runnable failure = this.switchFailure;
		if (failure != null) {
			failure.run();
		}
		if (this.hang) {
			this.hanging = true;
			try {
				this.released.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
		Boolean on = this.on;
		return (on != null) ? new FailoverSwitch(on) : null;
	}

	@Override
	public Map<String, FailoverData> getFailoverData() {
		this.dataCalls.incrementAndGet();
		Runnable failure = this.dataFailure;
		if (failure != null) {
			failure.run();
		}
		return (this.fresh != null) ? this.fresh.get() : this.data;
	}

}
