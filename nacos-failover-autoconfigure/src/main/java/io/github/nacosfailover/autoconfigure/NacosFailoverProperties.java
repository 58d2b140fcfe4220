package io.github.nacosfailover.autoconfigure;

import java.time.Duration;

import io.github.nacosfailover.spring.property.InvalidFailoverPropertyException;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * Properties of Nacos failover.
 */
@ConfigurationProperties("nacos.failover")
public class NacosFailoverProperties {

	/**
	 * Whether to enable failover. If not, the Nacos client is left untouched.
	 */
	private boolean enabled = true;

	/**
	 * Where the switch and the backups are kept.
	 */
	private Store store = Store.DISK;

	@NestedConfigurationProperty
	private final DiskStoreProperties disk = new DiskStoreProperties();

	@NestedConfigurationProperty
	private final NamingClientProperties client = new NamingClientProperties();

	@NestedConfigurationProperty
	private final SnapshotProperties snapshot = new SnapshotProperties();

	@NestedConfigurationProperty
	private final RedisStoreProperties redis = new RedisStoreProperties();

	@NestedConfigurationProperty
	private final JdbcStoreProperties jdbc = new JdbcStoreProperties();

	private final Custom custom = new Custom();

	@NestedConfigurationProperty
	private final GuardProperties guard = new GuardProperties();

	@NestedConfigurationProperty
	private final ServicesProperties services = new ServicesProperties();

	@NestedConfigurationProperty
	private final DetectorProperties detector = new DetectorProperties();

	@NestedConfigurationProperty
	private final LivenessProperties liveness = new LivenessProperties();

	private final Health health = new Health();

	private final Metrics metrics = new Metrics();

	private final Observations observations = new Observations();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public Store getStore() {
		return this.store;
	}

	public void setStore(Store store) {
		this.store = store;
	}

	public DiskStoreProperties getDisk() {
		return this.disk;
	}

	public NamingClientProperties getClient() {
		return this.client;
	}

	public SnapshotProperties getSnapshot() {
		return this.snapshot;
	}

	public RedisStoreProperties getRedis() {
		return this.redis;
	}

	public JdbcStoreProperties getJdbc() {
		return this.jdbc;
	}

	public Custom getCustom() {
		return this.custom;
	}

	public GuardProperties getGuard() {
		return this.guard;
	}

	public ServicesProperties getServices() {
		return this.services;
	}

	public DetectorProperties getDetector() {
		return this.detector;
	}

	public LivenessProperties getLiveness() {
		return this.liveness;
	}

	public Health getHealth() {
		return this.health;
	}

	public Metrics getMetrics() {
		return this.metrics;
	}

	public Observations getObservations() {
		return this.observations;
	}

	void validate() {
		this.disk.validate();
		this.client.validate();
		this.snapshot.validate();
		this.redis.validate();
		this.jdbc.validate();
		this.custom.validate();
		this.guard.validate();
		this.services.validate();
		this.detector.validate();
		this.liveness.validate();
		this.metrics.validate();
	}

	/** Health. */
	public static class Health {

		/**
		 * Whether Spring Cloud Alibaba's health of the server is FAILOVER instead of DOWN
		 * while failover is on.
		 */
		private boolean maskServerDown;

		public boolean isMaskServerDown() {
			return this.maskServerDown;
		}

		public void setMaskServerDown(boolean maskServerDown) {
			this.maskServerDown = maskServerDown;
		}

	}

	/** Meters. */
	public static class Metrics {

		/**
		 * Whether there are meters of failover.
		 */
		private boolean enabled = true;

		/**
		 * Whether services in use have meters of their own.
		 */
		private boolean perService = true;

		/**
		 * How many services in use have meters of their own at most.
		 */
		private int maxServices = 1000;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public boolean isPerService() {
			return this.perService;
		}

		public void setPerService(boolean perService) {
			this.perService = perService;
		}

		public int getMaxServices() {
			return this.maxServices;
		}

		public void setMaxServices(int maxServices) {
			this.maxServices = maxServices;
		}

		private void validate() {
			if (this.maxServices < 1) {
				throw new InvalidFailoverPropertyException("nacos.failover.metrics.max-services", this.maxServices,
						"it is less than 1",
						"Set the number of services, or nacos.failover.metrics.per-service=false for none");
			}
		}

		int services() {
			return this.perService ? this.maxServices : 0;
		}

	}

	/** Observations. */
	public static class Observations {

		/**
		 * Whether queries of decorated clients are observed with Micrometer, and the
		 * metadata of instances tells which were served from a backup or a hold.
		 */
		private boolean enabled;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

	}

	/** Kinds of store. */
	public enum Store {

		/** The failover directory of the Nacos client. */
		DISK,

		/** Redis or Valkey, shared by all instances. */
		REDIS,

		/** A relational database, shared by all instances. */
		JDBC,

		/**
		 * What a DocumentsFactory bean of the application gives, shared by all instances.
		 */
		CUSTOM

	}

	/** A shared store of the application's own. */
	public static class Custom {

		/**
		 * How often to look for changes that this process was not notified of.
		 */
		private Duration pollInterval = Duration.ofSeconds(10);

		public Duration getPollInterval() {
			return this.pollInterval;
		}

		public void setPollInterval(Duration pollInterval) {
			this.pollInterval = pollInterval;
		}

		private void validate() {
			InvalidFailoverPropertyException.requirePositive("nacos.failover.custom.poll-interval", this.pollInterval,
					"10s");
		}

	}

}
