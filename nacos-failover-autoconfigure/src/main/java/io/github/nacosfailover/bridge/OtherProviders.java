package io.github.nacosfailover.bridge;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

import com.alibaba.nacos.client.naming.backups.FailoverDataSource;
import com.alibaba.nacos.client.naming.backups.datasource.DiskFailoverDataSource;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.thread.Faults;
import org.jspecify.annotations.Nullable;

/**
 * The providers of {@link FailoverDataSource} on the class path other than the bridge.
 */
final class OtherProviders {

	private static final int MAX_PROBLEMS = 20;

	private final List<Class<? extends FailoverDataSource>> types = new ArrayList<>();

	private final List<Problem> problems = new ArrayList<>();

	OtherProviders(@Nullable ClassLoader classLoader) {
		Iterator<ServiceLoader.Provider<FailoverDataSource>> providers = ServiceLoader
			.load(FailoverDataSource.class, classLoader)
			.stream()
			.iterator();
		// A class path that cannot be read fails each time anew.
		while (this.problems.size() < MAX_PROBLEMS) {
			try {
				if (!providers.hasNext()) {
					return;
				}
				add(providers.next().type());
			}
			catch (Throwable ex) {
				this.problems.add(new Problem("META-INF/services/" + FailoverDataSource.class.getName(),
						"a provider cannot be loaded: %s; correct or remove it".formatted(message(ex))));
			}
		}
	}

	private static String message(Throwable ex) {
		String message = (ex instanceof ServiceConfigurationError) ? ex.getMessage() : null;
		return (message != null) ? message : Faults.describe(ex);
	}

	private void add(Class<? extends FailoverDataSource> type) {
		if (type != ClientBridge.class && !this.types.contains(type)) {
			this.types.add(type);
		}
	}

	List<Problem> problems() {
		return this.problems;
	}

	/** Create the source that a stock client would use: the first on the class path. */
	FailoverDataSource stock() {
		return this.types.isEmpty() ? new DiskFailoverDataSource() : create(this.types.get(0));
	}

	/**
	 * Create the third-party providers of one client. Must be called by the thread that
	 * creates the client, since they may read its directory from {@code CacheDirUtil}.
	 * @param failures receives a problem for each that cannot be created
	 * @return the instances by name
	 */
	Map<String, FailoverDataSource> foreign(List<Problem> failures) {
		Map<String, FailoverDataSource> instances = new LinkedHashMap<>();
		for (Class<? extends FailoverDataSource> type : this.types) {
			if (type != DiskFailoverDataSource.class) {
				try {
					instances.put(type.getSimpleName(), create(type));
				}
				catch (Throwable ex) {
					Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
					failures.add(new Problem(type.getName(), "cannot be created: %s; correct or remove this provider"
						.formatted(Faults.describe(cause))));
				}
			}
		}
		return instances;
	}

	private static FailoverDataSource create(Class<? extends FailoverDataSource> type) {
		try {
			return type.getDeclaredConstructor().newInstance();
		}
		catch (InvocationTargetException ex) {
			throw new IllegalStateException("Failed to create " + type.getName(), ex.getTargetException());
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("Failed to create " + type.getName(), ex);
		}
	}

}
