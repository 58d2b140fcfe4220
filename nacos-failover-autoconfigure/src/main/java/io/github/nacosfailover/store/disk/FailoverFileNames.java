package io.github.nacosfailover.store.disk;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

import io.github.nacosfailover.backup.ServiceKey;

/**
 * Names in the failover directory, as the Nacos client documents them
 * ({@code UtilAndComs.FAILOVER_SWITCH}, {@code ServiceInfo.getKeyEncoded()}).
 */
public final class FailoverFileNames {

	/** The switch file. */
	public static final String SWITCH = "00-00---000-VIPSRV_FAILOVER_SWITCH-000---00-00";

	/**
	 * The sub-directory of the starter. The client skips directories.
	 */
	public static final String OWN_DIRECTORY = ".nacos-failover";

	/**
	 * Replaces bytes that are not UTF-8, and characters that are not in the charset of
	 * the platform.
	 */
	private static final char UNDECODABLE = '\uFFFD';

	private FailoverFileNames() {
	}

	/**
	 * The documented name of a service's data file.
	 * @param key the service
	 * @return the encoded name
	 */
	public static String encode(ServiceKey key) {
		String name = URLEncoder.encode(key.withoutClusters().toString(), StandardCharsets.UTF_8);
		return (key.clusters() != null) ? name + "@@" + key.clusters() : name;
	}

	/**
	 * Reads the service from the name of a data file.
	 * @param fileName the name
	 * @return the service
	 * @throws IllegalArgumentException if the name is not one of a data file
	 */
	public static ServiceKey decode(String fileName) {
		String name = URLDecoder.decode(fileName, StandardCharsets.UTF_8);
		if (name.indexOf(UNDECODABLE) >= 0) {
			throw new IllegalArgumentException("'%s' has bytes that are no characters".formatted(fileName));
		}
		return ServiceKey.parse(name);
	}

	/**
	 * Whether a file is ignored: hidden files, temporary and backup files of editors, and
	 * two kinds that the client skips as well.
	 * @param fileName the name
	 * @return {@code true} to pass over the file in silence
	 */
	static boolean isIgnored(String fileName) {
		return fileName.startsWith(".") || fileName.endsWith("~") || fileName.startsWith("#")
				|| fileName.endsWith("@@meta") || fileName.endsWith("%40%40meta") || fileName.endsWith("@@special-url")
				|| fileName.endsWith("%40%40special-url");
	}

}
