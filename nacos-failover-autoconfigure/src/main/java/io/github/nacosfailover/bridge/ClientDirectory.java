package io.github.nacosfailover.bridge;

import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;

import com.alibaba.nacos.client.env.NacosClientProperties;
import com.alibaba.nacos.client.naming.utils.InitUtils;
import io.github.nacosfailover.engine.ClientOrigin;
import io.github.nacosfailover.source.Problem;
import org.jspecify.annotations.Nullable;

/**
 * The namespace of a naming client, its server, and where it keeps its files.
 *
 * @param namespace the namespace
 * @param registryDirectory directory of the registry below {@code nacos}, {@code null} if
 * it has none
 * @param cacheDirectory the directory of its live cache, with the failover directory in
 * it
 * @param servers addresses of its server, empty if they are not known
 */
record ClientDirectory(String namespace, @Nullable String registryDirectory, Path cacheDirectory, Set<String> servers) {

	private static final String HOME = "JM.SNAPSHOT.PATH";

	private static final String NACOS = "nacos";

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
		Path nacos = ClientPaths.of(home(client) + "/" + NACOS);
		String registryDirectory = client.getProperty("namingCacheRegistryDir");
		Path directory = (registryDirectory != null) ? ClientPaths.of(nacos + "/" + registryDirectory) : nacos;
		return new ClientDirectory(namespace, below(absolute(nacos), absolute(directory)),
				absolute(ClientPaths.of(directory + "/naming/" + namespace)), ServerAddresses.of(client));
	}

	private static String home(NacosClientProperties client) {
		String home = client.getProperty(HOME);
		return (home != null && !home.isBlank()) ? home : client.getProperty("user.home", "");
	}

	/**
	 * What an operator should know of where a client keeps its files.
	 * @param properties the properties of the client
	 * @return the problems, none if the directory is as it was set
	 */
	static List<Problem> problems(Properties properties) {
		Problem problem = ClientPaths.problem(home(NacosClientProperties.PROTOTYPE.derive(properties)));
		return (problem != null) ? List.of(problem) : List.of();
	}

	/**
	 * Takes the directory from what {@code CacheDirUtil} remembers.
	 * @param cacheDirectory what it remembers
	 * @return the directory
	 */
	static ClientDirectory of(@Nullable String cacheDirectory) {
		Path directory = absolute(ClientPaths.of((cacheDirectory != null) ? cacheDirectory : "public"));
		String home = System.getProperty(HOME, System.getProperty("user.home", ""));
		Path nacos = absolute(ClientPaths.of(home + "/" + NACOS));
		Path naming = directory.getParent();
		Path registry = (naming != null) ? naming.getParent() : null;
		return new ClientDirectory(directory.getFileName().toString(),
				(registry != null && registry.startsWith(nacos)) ? below(nacos, registry) : null, directory, Set.of());
	}

	/** One directory has one name, however it was written. */
	private static @Nullable String below(Path nacos, Path directory) {
		String relative = nacos.relativize(directory).toString().replace('\\', '/');
		return relative.isEmpty() ? null : relative;
	}

	private static Path absolute(Path path) {
		return path.toAbsolutePath().normalize();
	}

	Path failoverDirectory() {
		return this.cacheDirectory.resolve("failover");
	}

	ClientOrigin origin() {
		return new ClientOrigin(this.namespace, this.registryDirectory, failoverDirectory(), this.servers);
	}

}
