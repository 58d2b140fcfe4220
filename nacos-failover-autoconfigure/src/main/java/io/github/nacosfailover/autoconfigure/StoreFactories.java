package io.github.nacosfailover.autoconfigure;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;

import io.github.nacosfailover.engine.FailoverEngine.StoreFactory;
import io.github.nacosfailover.store.disk.Retention;
import io.github.nacosfailover.store.shared.SharedDocumentsFactory;
import io.github.nacosfailover.store.shared.SharedSettings;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;

/**
 * Chooses what opens stores.
 */
final class StoreFactories {

	private static final Duration REPORT_INTERVAL = Duration.ofSeconds(30);

	private StoreFactories() {
	}

	static StoreFactory of(NacosFailoverProperties properties, ObjectProvider<SharedDocumentsFactory> documents,
			Environment environment) {
		Retention retention = properties.getSnapshot().toRetention();
		DiskStoreFactory disk = new DiskStoreFactory(properties.getDisk(), retention);
		return switch (properties.getStore()) {
			case DISK -> disk;
			case REDIS -> shared(properties, documents, properties.getRedis().getPollInterval(), environment, disk);
			case JDBC -> shared(properties, documents, properties.getJdbc().getPollInterval(), environment, disk);
		};
	}

	private static StoreFactory shared(NacosFailoverProperties properties,
			ObjectProvider<SharedDocumentsFactory> documents, Duration pollInterval, Environment environment,
			DiskStoreFactory disk) {
		Retention retention = properties.getSnapshot().toRetention();
		SharedSettings settings = new SharedSettings(pollInterval, REPORT_INTERVAL, instanceName(environment),
				retention.generations(), retention.maxBytes());
		return new SharedStoreFactory(properties.getStore().name().toLowerCase(Locale.ROOT), documents::getObject,
				settings, disk);
	}

	/** By which operators find the process: its application, host and process id. */
	private static String instanceName(Environment environment) {
		return "%s@%s:%d".formatted(environment.getProperty("spring.application.name", "application"), hostName(),
				ProcessHandle.current().pid());
	}

	private static String hostName() {
		String name = System.getenv("HOSTNAME");
		if (name != null && !name.isBlank()) {
			return name;
		}
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "unknown";
		}
	}

}
