package io.github.nacosfailover.autoconfigure;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;

import io.github.nacosfailover.autoconfigure.NacosFailoverProperties.Store;
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
			case REDIS, JDBC, CUSTOM -> new SharedStoreFactory(properties.getStore().name().toLowerCase(Locale.ROOT),
					documents::getObject, settings(properties, retention, instanceName(environment)), disk);
		};
	}

	private static SharedSettings settings(NacosFailoverProperties properties, Retention retention, String instance) {
		Duration pollInterval = switch (properties.getStore()) {
			case REDIS -> properties.getRedis().getPollInterval();
			case JDBC -> properties.getJdbc().getPollInterval();
			case CUSTOM, DISK -> properties.getCustom().getPollInterval();
		};
		Duration whenTold = (properties.getStore() == Store.JDBC) ? properties.getJdbc().getPollIntervalWhileListening()
				: pollInterval;
		return new SharedSettings(pollInterval, whenTold, REPORT_INTERVAL, instance, retention.generations(),
				retention.maxBytes());
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
