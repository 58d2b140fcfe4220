package io.github.nacosfailover.autoconfigure;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;

import io.github.nacosfailover.autoconfigure.NacosFailoverProperties.Store;
import io.github.nacosfailover.engine.FailoverEngine.StoreFactory;
import io.github.nacosfailover.store.disk.Retention;
import io.github.nacosfailover.store.document.DocumentsFactory;
import io.github.nacosfailover.store.shared.SharedSettings;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;

/**
 * Chooses what opens stores.
 */
final class StoreFactories {

	private static final Duration REPORT_INTERVAL = Duration.ofSeconds(30);

	/** Of what an engine keeps of the name of an instance. */
	private static final int MAX_NAME = 80;

	private static final int MAX_RANDOM = 1 << 24;

	private StoreFactories() {
	}

	static StoreFactory of(NacosFailoverProperties properties, ObjectProvider<DocumentsFactory> documents,
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
		Duration whenNotified = (properties.getStore() == Store.JDBC)
				? properties.getJdbc().getPollIntervalWhileListening() : pollInterval;
		return new SharedSettings(pollInterval, whenNotified, REPORT_INTERVAL, instance, retention.snapshots(),
				retention.maxBytes(), properties.getDisk().getMaxFileSize().toBytes());
	}

	/**
	 * By which operators find the process: its application, host and process id. Two
	 * containers may have the same of all three, and one process several contexts.
	 */
	private static String instanceName(Environment environment) {
		return "%s@%s:%d-%06x".formatted(shortened(environment.getProperty("spring.application.name", "application")),
				shortened(hostName()), ProcessHandle.current().pid(), new SecureRandom().nextInt(MAX_RANDOM));
	}

	private static String shortened(String name) {
		return (name.length() > MAX_NAME) ? name.substring(0, MAX_NAME) : name;
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
