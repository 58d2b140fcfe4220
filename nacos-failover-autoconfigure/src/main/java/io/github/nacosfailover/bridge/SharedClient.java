package io.github.nacosfailover.bridge;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

import com.alibaba.nacos.client.naming.backups.FailoverDataSource;
import com.alibaba.nacos.common.logging.NacosLoggingAdapterBuilder;
import com.alibaba.nacos.common.spi.NacosServiceLoader;
import com.alibaba.nacos.plugin.auth.spi.client.AbstractClientAuthService;
import org.jspecify.annotations.Nullable;

/**
 * A Nacos client in a parent of the class loader of this application, such as in the
 * {@code lib} directory of Tomcat. Several applications then share its static state: the
 * client knows one class of each provider, for all of them, and whatever is in its caches
 * is never unloaded. So nothing of this application must be there. The providers are
 * {@link SharedSource} and {@link SharedStartHook}, copied into the class loader of the
 * client, which know the applications by interfaces of the JDK and weakly.
 */
final class SharedClient {

	/** Part of the names, since the first application defines what the others use. */
	private static final String VERSION = "1";

	private static final int CLASS_FILE_HEADER = 8;

	private static final int UTF8 = 1;

	/** Sizes of constants by their tags, without the tag; those of UTF-8 vary. */
	private static final int[] SIZES = { 0, 0, 0, 4, 4, 8, 8, 2, 2, 4, 4, 4, 4, 0, 0, 3, 2, 4, 4, 2, 2 };

	/** Strong references, for as long as this application is loaded. */
	private final Supplier<Object> source;

	private final Consumer<Properties> startHook;

	private final List<WeakReference<Supplier<Object>>> sources;

	private final List<WeakReference<Consumer<Properties>>> startHooks;

	private final WeakReference<Supplier<Object>> weakSource;

	private final WeakReference<Consumer<Properties>> weakStartHook;

	@SuppressWarnings("unchecked")
	private SharedClient(Class<?> sourceType, Class<?> startHookType, Supplier<Object> source,
			Consumer<Properties> startHook) throws ReflectiveOperationException {
		this.source = source;
		this.startHook = startHook;
		this.sources = (List<WeakReference<Supplier<Object>>>) applications(sourceType);
		this.startHooks = (List<WeakReference<Consumer<Properties>>>) applications(startHookType);
		this.weakSource = new WeakReference<>(this.source);
		this.weakStartHook = new WeakReference<>(this.startHook);
	}

	private static Object applications(Class<?> type) throws ReflectiveOperationException {
		return type.getField("APPLICATIONS").get(null);
	}

	@SuppressWarnings("unchecked")
	private static AtomicReference<Class<?>> before(Class<?> type) throws ReflectiveOperationException {
		return (AtomicReference<Class<?>>) type.getField("BEFORE").get(null);
	}

	/** Whether other applications may share the classes of the client. */
	static boolean isShared() {
		return FailoverDataSource.class.getClassLoader() != SharedClient.class.getClassLoader();
	}

	/**
	 * Make all clients that are created from now on use the source of the application
	 * that they are created for.
	 * @param source returns a source if this thread creates a client for this
	 * application, or else {@code null}
	 * @param startHook receives the properties of each client. Must not throw
	 * @return the shared client
	 * @throws ReflectiveOperationException if this version of the client is not known
	 * @throws IOException if a class of ours cannot be read
	 */
	static SharedClient join(Supplier<Object> source, Consumer<Properties> startHook)
			throws ReflectiveOperationException, IOException {
		Class<?> sourceType;
		Class<?> startHookType;
		synchronized (FailoverDataSource.class) {
			sourceType = copy(SharedSource.class);
			startHookType = copy(SharedStartHook.class);
		}
		SharedClient client = new SharedClient(sourceType, startHookType, source, startHook);
		// Looks all of them up, with those of this application.
		NacosServiceLoader.load(AbstractClientAuthService.class);
		NacosServiceLoader.load(NacosLoggingAdapterBuilder.class);
		Map<Class<?>, Collection<Class<?>>> providers = providers();
		synchronized (providers) {
			Collection<Class<?>> before = providers.put(FailoverDataSource.class,
					new LinkedHashSet<>(Set.of(sourceType)));
			if (before != null && !before.isEmpty() && !before.contains(sourceType)) {
				before(sourceType).set(before.iterator().next());
			}
			forgetOwn(providers, NacosLoggingAdapterBuilder.class, null);
			forgetOwn(providers, AbstractClientAuthService.class, startHookType);
		}
		client.sources.add(client.weakSource);
		client.startHooks.add(client.weakStartHook);
		return client;
	}

	private static void forgetOwn(Map<Class<?>, Collection<Class<?>>> providers, Class<?> service,
			@Nullable Class<?> added) {
		Set<Class<?>> remaining = new LinkedHashSet<>(providers.getOrDefault(service, Set.of()));
		remaining.remove(EarlyPrimer.class);
		remaining.remove(ClientStartHook.class);
		if (added != null) {
			remaining.add(added);
		}
		providers.put(service, remaining);
	}

	/** No client belongs to this application any more. */
	void leave() {
		this.sources.remove(this.weakSource);
		this.startHooks.remove(this.weakStartHook);
	}

	@SuppressWarnings("unchecked")
	private static Map<Class<?>, Collection<Class<?>>> providers() throws ReflectiveOperationException {
		Field field = NacosServiceLoader.class.getDeclaredField("SERVICES");
		field.setAccessible(true);
		return (Map<Class<?>, Collection<Class<?>>>) field.get(null);
	}

	/**
	 * Define a copy beside the interface of the client, unless another application has.
	 */
	private static Class<?> copy(Class<?> type) throws ReflectiveOperationException, IOException {
		String name = FailoverDataSource.class.getPackageName() + ".NacosFailover" + type.getSimpleName() + VERSION;
		try {
			return Class.forName(name, true, FailoverDataSource.class.getClassLoader());
		}
		catch (ClassNotFoundException ex) {
			return MethodHandles.privateLookupIn(FailoverDataSource.class, MethodHandles.lookup())
				.defineClass(renamed(type, name));
		}
	}

	private static byte[] renamed(Class<?> type, String name) throws IOException {
		try (InputStream original = type.getResourceAsStream(type.getSimpleName() + ".class")) {
			if (original == null) {
				throw new FileNotFoundException(type.getName() + " is missing from the class path");
			}
			return renamed(original.readAllBytes(), type.getName().replace('.', '/'), name.replace('.', '/'));
		}
	}

	/** Replace a name in the constants of a class file. */
	private static byte[] renamed(byte[] classFile, String from, String to) throws IOException {
		ByteArrayInputStream bytes = new ByteArrayInputStream(classFile);
		DataInputStream in = new DataInputStream(bytes);
		ByteArrayOutputStream result = new ByteArrayOutputStream();
		DataOutputStream out = new DataOutputStream(result);
		out.write(in.readNBytes(CLASS_FILE_HEADER));
		int constants = in.readUnsignedShort();
		out.writeShort(constants);
		for (int i = 1; i < constants; i++) {
			int tag = in.readUnsignedByte();
			out.writeByte(tag);
			if (tag == UTF8) {
				out.writeUTF(in.readUTF().replace(from, to));
			}
			else {
				out.write(in.readNBytes(SIZES[tag]));
				// A long or a double takes the place of two.
				i += (SIZES[tag] == Long.BYTES) ? 1 : 0;
			}
		}
		out.write(in.readAllBytes());
		return result.toByteArray();
	}

}
