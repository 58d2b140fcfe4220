package io.github.nacosfailover.bridge;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.List;

/**
 * The class loader of a web application, which looks into the application first, or that
 * of the server above it, which has the Nacos client.
 */
final class WebApplicationLoader extends URLClassLoader {

	private WebApplicationLoader(List<String> classPath, ClassLoader parent) {
		super(classPath.stream().map(WebApplicationLoader::url).toArray(URL[]::new), parent);
	}

	static WebApplicationLoader ofServer() {
		return ofServer(ClassLoader.getPlatformClassLoader());
	}

	static WebApplicationLoader ofServer(ClassLoader parent) {
		return new WebApplicationLoader(classPath().stream()
			.filter((entry) -> isNacosClient(entry) || entry.matches(".*/(slf4j-api|jackson|http|micrometer"
					+ "|simpleclient|HdrHistogram|snakeyaml|commons-|gson).*\\.jar"))
			.toList(), parent);
	}

	static WebApplicationLoader ofApplication(ClassLoader parent) {
		return new WebApplicationLoader(classPath().stream().filter((entry) -> !isNacosClient(entry)).toList(), parent);
	}

	/** With a client of its own. */
	static WebApplicationLoader ofWholeApplication() {
		return new WebApplicationLoader(classPath(), ClassLoader.getPlatformClassLoader());
	}

	/**
	 * Without Mockito, which an application does not have, and which has thread locals.
	 */
	static List<String> classPath() {
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.contains("/mockito"))
			.toList();
	}

	static boolean isNacosClient(String entry) {
		return entry.contains("/com/alibaba/nacos/");
	}

	private static URL url(String entry) {
		try {
			return new File(entry).toURI().toURL();
		}
		catch (MalformedURLException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	@Override
	protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
		synchronized (getClassLoadingLock(name)) {
			Class<?> loaded = findLoadedClass(name);
			if (loaded == null && !name.startsWith("java.")) {
				try {
					return findClass(name);
				}
				catch (ClassNotFoundException ex) {
					// It is the parent's.
				}
			}
			return super.loadClass(name, resolve);
		}
	}

}
