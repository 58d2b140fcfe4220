package io.github.nacosfailover.autoconfigure;

import java.nio.file.InvalidPathException;

import io.github.nacosfailover.spring.property.InvalidFailoverPropertyException;
import io.github.nacosfailover.spring.store.DirectoryPath;
import io.github.nacosfailover.spring.store.DiskStoreFactory;
import io.github.nacosfailover.store.disk.Retention;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Properties of the failover directory.
 */
public class DiskStoreProperties {

	private static final String PREFIX = "nacos.failover.disk.";

	/**
	 * Directory of the switch and the data files of one namespace, absolute.
	 * '{namespace}' in it is replaced by the name of the namespace, '{registryDir}' by
	 * the client's 'namingCacheRegistryDir', which is 'default' if there is none.
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

	DiskStoreFactory toFactory(Retention retention) {
		return new DiskStoreFactory(new DirectoryPath(this.path), this.maxFileSize.toBytes(), retention);
	}

	void validate() {
		if (this.path != null) {
			validatePath(this.path);
		}
		if (this.maxFileSize.toBytes() <= 0 || this.maxFileSize.toBytes() >= Integer.MAX_VALUE) {
			throw new InvalidFailoverPropertyException(PREFIX + "max-file-size", this.maxFileSize,
					"it must be positive and less than 2GB", "Set a size such as '16MB'");
		}
	}

	private static void validatePath(String path) {
		String property = PREFIX + "path";
		String cure = "Set an absolute directory, such as '/var/lib/nacos-failover/{namespace}', "
				+ "or remove the property to use the failover directory of the Nacos client";
		try {
			if (path.isBlank()) {
				throw new InvalidFailoverPropertyException(property, path, "it is blank", cure);
			}
			// What the platform cannot express here it may elsewhere: a problem, later.
			if ((path.indexOf(0) >= 0 || DirectoryPath.isExpressible(path)) && !DirectoryPath.isAbsolute(path)) {
				throw new InvalidFailoverPropertyException(property, path,
						"it is relative, so it would depend on where the application is started", cure);
			}
		}
		catch (InvalidPathException ex) {
			throw new InvalidFailoverPropertyException(property, path,
					"it is not a path for this JVM, whose encoding of file names is %s: %s"
						.formatted(System.getProperty("sun.jnu.encoding"), ex.getReason()),
					cure + "; for other characters than ASCII, start the JVM with LC_ALL=C.UTF-8");
		}
	}

}
