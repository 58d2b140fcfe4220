package io.github.nacosfailover.autoconfigure;

import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.github.nacosfailover.engine.ClientOrigin;
import io.github.nacosfailover.engine.PortableNames;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.util.unit.DataSize;

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

	private final Disk disk = new Disk();

	private final Client client = new Client();

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

	private final Health health = new Health();

	private final Metrics metrics = new Metrics();

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

	public Disk getDisk() {
		return this.disk;
	}

	public Client getClient() {
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

	public Health getHealth() {
		return this.health;
	}

	public Metrics getMetrics() {
		return this.metrics;
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

	/** The failover directory. */
	public static class Disk {

		private static final String NAMESPACE = "{namespace}";

		private static final String REGISTRY_DIRECTORY = "{registryDir}";

		/** Stands for the registry directory of clients that have none. */
		private static final String NO_REGISTRY_DIRECTORY = "default";

		/**
		 * Directory of the switch and the data files of one namespace, absolute.
		 * '{namespace}' in it is replaced by the name of the namespace, '{registryDir}'
		 * by the client's 'namingCacheRegistryDir', which is 'default' if there is none.
		 * Defaults to the failover directory of the Nacos client.
		 */
		private @Nullable String path;

		/**
		 * Size from which on a data file is a problem, not a service.
		 */
		private DataSize maxFileSize = DataSize.ofMegabytes(16);

		public @Nullable String getPath() {
			return this.path;
		}

		public void setPath(@Nullable String path) {
			this.path = path;
		}

		public DataSize getMaxFileSize() {
			return this.maxFileSize;
		}

		public void setMaxFileSize(DataSize maxFileSize) {
			this.maxFileSize = maxFileSize;
		}

		/**
		 * Where a namespace has its files. '{namespace}' alone tells apart what is two
		 * namespaces in the status; beside '{registryDir}' it is the plain id.
		 */
		Path directory(ClientOrigin origin) {
			String path = this.path;
			if (path == null) {
				return origin.directory();
			}
			if (!path.contains(REGISTRY_DIRECTORY)) {
				return Path.of(path.replace(NAMESPACE, origin.portableName()));
			}
			String registry = origin.registryDirectory();
			return Path.of(path.replace(NAMESPACE, PortableNames.of(origin.namespace()))
				.replace(REGISTRY_DIRECTORY, (registry != null) ? PortableNames.of(registry) : NO_REGISTRY_DIRECTORY));
		}

		/**
		 * Why there can be no directory.
		 * @param clientDirectory the client's own failover directory
		 * @return what is wrong and what to do, {@code null} if there can be one
		 */
		@Nullable String findFault(Path clientDirectory) {
			if (this.path != null) {
				return isExpressible(this.path) ? null
						: ("nacos.failover.disk.path '%s' has characters that the encoding of this platform (%s) cannot "
								+ "express; set another path, or start with the environment variable LC_ALL=C.UTF-8")
							.formatted(this.path, System.getProperty("sun.jnu.encoding"));
			}
			String home = System.getProperty("user.home", "");
			// Not a Path: that refuses what the encoding of the platform cannot express.
			File directory = new File(home);
			if (home.isEmpty() || directory.isAbsolute()
					|| !clientDirectory.toString().startsWith(directory.getAbsolutePath())) {
				return null;
			}
			return ("the user of this process has no home directory (user.home is '%s'), so it would depend on where the "
					+ "application is started; set nacos.failover.disk.path to an absolute directory, or start with "
					+ "-Duser.home")
				.formatted(home);
		}

		private static boolean isExpressible(String path) {
			try {
				Path.of(path.replace(NAMESPACE, "public"));
				return true;
			}
			catch (InvalidPathException ex) {
				return false;
			}
		}

		private void validate() {
			if (this.path != null) {
				validatePath(this.path);
			}
			if (this.maxFileSize.toBytes() <= 0 || this.maxFileSize.toBytes() >= Integer.MAX_VALUE) {
				throw new InvalidFailoverPropertyException("nacos.failover.disk.max-file-size", this.maxFileSize,
						"it must be positive and less than 2GB", "Set a size such as '16MB'");
			}
		}

		private static void validatePath(String path) {
			String property = "nacos.failover.disk.path";
			String cure = "Set an absolute directory, such as '/var/lib/nacos-failover/{namespace}', "
					+ "or remove the property to use the failover directory of the Nacos client";
			try {
				if (path.isBlank()) {
					throw new InvalidFailoverPropertyException(property, path, "it is blank", cure);
				}
				// What the platform cannot express here it may elsewhere: a problem,
				// later.
				if ((path.indexOf(0) >= 0 || isExpressible(path)) && !Path
					.of(path.replace(NAMESPACE, "public").replace(REGISTRY_DIRECTORY, NO_REGISTRY_DIRECTORY))
					.isAbsolute()) {
					throw new InvalidFailoverPropertyException(property, path,
							"it is relative, so it would depend on where the application is started", cure);
				}
			}
			catch (InvalidPathException ex) {
				throw new InvalidFailoverPropertyException(property, path,
						"it is not a path for this JVM, whose " + "encoding of file names is %s: %s"
							.formatted(System.getProperty("sun.jnu.encoding"), ex.getReason()),
						cure + "; for other characters than ASCII, start the JVM with LC_ALL=C.UTF-8");
			}
		}

	}

	/** The naming client of an application that has none of its own. */
	public static class Client {

		/**
		 * Address of the Nacos server, 'host:port', several separated by commas. A
		 * NamingService bean is made from it if the application defines none and does not
		 * use Spring Cloud Alibaba.
		 */
		private @Nullable String serverAddr;

		/**
		 * Namespace of the naming client. Defaults to the public namespace.
		 */
		private @Nullable String namespace;

		/**
		 * User name at the Nacos server.
		 */
		private @Nullable String username;

		/**
		 * Password at the Nacos server.
		 */
		private @Nullable String password;

		/**
		 * Further properties of the naming client, by their names in PropertyKeyConst.
		 */
		private Map<String, String> properties = new HashMap<>();

		public @Nullable String getServerAddr() {
			return this.serverAddr;
		}

		public void setServerAddr(@Nullable String serverAddr) {
			this.serverAddr = serverAddr;
		}

		public @Nullable String getNamespace() {
			return this.namespace;
		}

		public void setNamespace(@Nullable String namespace) {
			this.namespace = namespace;
		}

		public @Nullable String getUsername() {
			return this.username;
		}

		public void setUsername(@Nullable String username) {
			this.username = username;
		}

		public @Nullable String getPassword() {
			return this.password;
		}

		public void setPassword(@Nullable String password) {
			this.password = password;
		}

		public Map<String, String> getProperties() {
			return this.properties;
		}

		public void setProperties(Map<String, String> properties) {
			this.properties = properties;
		}

		private void validate() {
			if (this.serverAddr != null && this.serverAddr.isBlank()) {
				throw new InvalidFailoverPropertyException("nacos.failover.client.server-addr", this.serverAddr,
						"it is blank", "Set 'host:port', or remove the property if the application has its own client");
			}
			if (this.namespace != null && !this.namespace.matches("[\\w.-]*")) {
				throw new InvalidFailoverPropertyException("nacos.failover.client.namespace", this.namespace,
						"a namespace id has only letters, digits, '-', '_' and '.'",
						"Set the id of the namespace, not its display name");
			}
		}

	}

}
