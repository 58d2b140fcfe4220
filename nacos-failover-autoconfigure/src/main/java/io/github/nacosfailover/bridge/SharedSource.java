package io.github.nacosfailover.bridge;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import com.alibaba.nacos.client.naming.backups.FailoverData;
import com.alibaba.nacos.client.naming.backups.FailoverDataSource;
import com.alibaba.nacos.client.naming.backups.FailoverSwitch;
import com.alibaba.nacos.client.naming.backups.datasource.DiskFailoverDataSource;

/**
 * The data source of the reactor of a client whose classes several applications share.
 * {@link SharedClient} defines a copy of this class in the class loader of the client, so
 * it must not depend on any other class of ours. It uses the source of the application
 * that the client is created for, or else the one that the client used before.
 */
public final class SharedSource implements FailoverDataSource, Supplier<Object> {

	/**
	 * Each returns a source if this thread creates a client for its application, or else
	 * {@code null}. Weak, so that applications can be unloaded.
	 */
	public static final List<WeakReference<Supplier<Object>>> APPLICATIONS = new CopyOnWriteArrayList<>();

	/** What the client used before, {@code null} for its own. */
	public static final AtomicReference<Class<?>> BEFORE = new AtomicReference<>();

	private final FailoverDataSource source;

	/**
	 * Create a source. Called by the Nacos client.
	 */
	public SharedSource() {
		FailoverDataSource found = null;
		for (WeakReference<Supplier<Object>> application : APPLICATIONS) {
			Supplier<Object> supplier = application.get();
			if (supplier == null) {
				APPLICATIONS.remove(application);
			}
			else if (found == null) {
				found = (FailoverDataSource) supplier.get();
			}
		}
		this.source = (found != null) ? found : sourceBefore();
	}

	private static FailoverDataSource sourceBefore() {
		Class<?> before = BEFORE.get();
		try {
			return (before != null) ? (FailoverDataSource) before.getDeclaredConstructor().newInstance()
					: new DiskFailoverDataSource();
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("Failed to create " + before, ex);
		}
	}

	@Override
	public FailoverSwitch getSwitch() {
		return this.source.getSwitch();
	}

	@Override
	public Map<String, FailoverData> getFailoverData() {
		return this.source.getFailoverData();
	}

	/** The source of the application. */
	@Override
	public Object get() {
		return this.source;
	}

}
