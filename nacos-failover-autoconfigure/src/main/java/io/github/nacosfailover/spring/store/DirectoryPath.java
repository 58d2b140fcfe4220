package io.github.nacosfailover.spring.store;

import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

import io.github.nacosfailover.engine.ClientOrigin;
import io.github.nacosfailover.engine.PortableNames;
import org.jspecify.annotations.Nullable;

/**
 * Where namespaces have their files, as it is configured: a path with placeholders.
 *
 * @param path the path, {@code null} for the failover directories of the clients
 */
public record DirectoryPath(@Nullable String path) {

	private static final String NAMESPACE = "{namespace}";

	private static final String REGISTRY_DIRECTORY = "{registryDir}";

	/** Stands for the registry directory of clients that have none. */
	private static final String NO_REGISTRY_DIRECTORY = "default";

	/**
	 * Where a namespace has its files. '{namespace}' alone tells apart what is two
	 * namespaces in the status; beside '{registryDir}' it is the plain id.
	 * @param origin which registry the clients of the namespace are for
	 * @return the directory
	 */
	public Path of(ClientOrigin origin) {
		if (this.path == null) {
			return origin.directory().normalize();
		}
		if (!this.path.contains(REGISTRY_DIRECTORY)) {
			return Path.of(this.path.replace(NAMESPACE, origin.portableName())).normalize();
		}
		String registry = origin.registryDirectory();
		return Path
			.of(this.path.replace(NAMESPACE, PortableNames.of(origin.namespace()))
				.replace(REGISTRY_DIRECTORY, (registry != null) ? PortableNames.of(registry) : NO_REGISTRY_DIRECTORY))
			.normalize();
	}

	/**
	 * What to call the directory of a namespace where there may be none.
	 * @param origin which registry the clients of the namespace are for
	 * @return the path as it is configured, or the directory of the clients
	 */
	String location(ClientOrigin origin) {
		return (this.path != null) ? this.path : origin.directory().toString();
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

	/**
	 * Whether this platform can express a path.
	 * @param path the path, with placeholders
	 * @return {@code false} if it has characters that it cannot
	 */
	public static boolean isExpressible(String path) {
		try {
			Path.of(path.replace(NAMESPACE, "public"));
			return true;
		}
		catch (InvalidPathException ex) {
			return false;
		}
	}

	/**
	 * Whether a path does not depend on the working directory.
	 * @param path the path, with placeholders
	 * @return {@code true} if it is absolute
	 * @throws InvalidPathException if it is no path for this platform
	 */
	public static boolean isAbsolute(String path) {
		return Path.of(path.replace(NAMESPACE, "public").replace(REGISTRY_DIRECTORY, NO_REGISTRY_DIRECTORY))
			.isAbsolute();
	}

}
