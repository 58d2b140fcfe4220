package io.github.nacosfailover.bridge;

import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

import com.alibaba.nacos.client.env.NacosClientProperties;
import com.alibaba.nacos.client.naming.utils.InitUtils;
import io.github.nacosfailover.source.Problem;
import org.jspecify.annotations.Nullable;

/**
 * The namespace of a naming client and where it keeps its files.
 *
 * @param namespace the namespace
 * @param cacheDirectory the directory of its live cache, with the failover directory in
 * it
 */
record ClientDirectory(String namespace, Path cacheDirectory) {

	/**
	 * Works out the directory from the client's properties, as {@code CacheDirUtil} does
	 * for the client. What that class remembers is a static: clients that are created at
	 * the same moment read each other's.
	 * @param properties the properties of the client
	 * @return its directory
	 */
	static ClientDirectory of(Properties properties) {
		NacosClientProperties client = NacosClientProperties.PROTOTYPE.derive(properties);
		String namespace = InitUtils.initNamespaceForNaming(client);
		Path directory = PlatformPaths.of(home(client) + "/nacos");
		String registryDirectory = client.getProperty("namingCacheRegistryDir");
		if (registryDirectory != null) {
			directory = PlatformPaths.of(directory + "/" + registryDirectory);
		}
		return new ClientDirectory(namespace, absolute(PlatformPaths.of(directory + "/naming/" + namespace)));
	}

	private static String home(NacosClientProperties client) {
		String home = client.getProperty("JM.SNAPSHOT.PATH");
		return (home != null && !home.isBlank()) ? home : client.getProperty("user.home", "");
	}

	/**
	 * What an operator should know of where a client keeps its files.
	 * @param properties the properties of the client
	 * @return the problems, none if the directory is as it was set
	 */
	static List<Problem> problems(Properties properties) {
		Problem problem = PlatformPaths.problem(home(NacosClientProperties.PROTOTYPE.derive(properties)));
		return (problem != null) ? List.of(problem) : List.of();
	}

	/**
	 * Takes the directory from what {@code CacheDirUtil} remembers.
	 * @param cacheDirectory what it remembers
	 * @return the directory
	 */
	static ClientDirectory of(@Nullable String cacheDirectory) {
		Path directory = absolute(PlatformPaths.of((cacheDirectory != null) ? cacheDirectory : "public"));
		return new ClientDirectory(directory.getFileName().toString(), directory);
	}

	private static Path absolute(Path path) {
		return path.toAbsolutePath().normalize();
	}

	Path failoverDirectory() {
		return this.cacheDirectory.resolve("failover");
	}

}
