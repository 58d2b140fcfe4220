package io.github.nacosfailover.autoconfigure;

import java.time.Duration;
import java.util.Locale;

import io.github.nacosfailover.autoconfigure.NacosFailoverProperties.Store;
import io.github.nacosfailover.engine.FailoverEngine.StoreFactory;
import io.github.nacosfailover.spring.store.DiskStoreFactory;
import io.github.nacosfailover.spring.store.InstanceName;
import io.github.nacosfailover.spring.store.SharedStoreFactory;
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

	private StoreFactories() {
	}

	static StoreFactory of(NacosFailoverProperties properties, ObjectProvider<DocumentsFactory> documents,
			Environment environment) {
		Retention retention = properties.getSnapshot().toRetention();
		DiskStoreFactory disk = properties.getDisk().toFactory(retention);
		return switch (properties.getStore()) {
			case DISK -> disk;
			case REDIS, JDBC, CUSTOM ->
				new SharedStoreFactory(properties.getStore().name().toLowerCase(Locale.ROOT), documents::getObject,
						settings(properties, retention,
								InstanceName.of(environment.getProperty("spring.application.name", "application"))),
						disk);
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

}
