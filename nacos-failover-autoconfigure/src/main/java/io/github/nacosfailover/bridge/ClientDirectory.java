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
 * The namespace of a naming client, its server, and its directories.
 *
 * @param registryDirectory directory of the registry below {@code nacos}, {@code null} if
 * it has none
 * @param cacheDirectory directory of its disk cache, which contains the failover
 * directory
 * @param servers addresses of its server, empty if they are not known
 */
record ClientDirectory(String namespace, @Nullable String registryDirectory, Path cacheDirectory, Set<String> servers) {

	private static final String HOME = "JM.SNAPSHOT.PATH";

	private static final String NACOS = "nacos";

	/**
	 * Determine the directory from the properties of the client, as {@code CacheDirUtil}
	 * does. The static field of that class is not used, since concurrent clients
	 * overwrite it.
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

	/** The problems of the configured directory, none if the client uses it unchanged. */
	static List<Problem> problems(Properties properties) {
		Problem problem = ClientPaths.problem(home(NacosClientProperties.PROTOTYPE.derive(properties)));
		return (problem != null) ? List.of(problem) : List.of();
	}

	/** Determine the directory from that in {@code CacheDirUtil}. */
	static ClientDirectory of(@Nullable String cacheDirectory) {
		Path directory = absolute(ClientPaths.of((cacheDirectory != null) ? cacheDirectory : "public"));
		String home = System.getProperty(HOME, System.getProperty("user.home", ""));
		Path nacos = absolute(ClientPaths.of(home + "/" + NACOS));
		Path naming = directory.getParent();
		Path registry = (naming != null) ? naming.getParent() : null;
		return new ClientDirectory(directory.getFileName().toString(),
				(registry != null && registry.startsWith(nacos)) ? below(nacos, registry) : null, directory, Set.of());
	}

	/** The same for all spellings of a directory. */
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
