package io.github.nacosfailover.spring.aot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ServiceLoader;
import java.util.stream.Stream;

import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import com.alibaba.nacos.client.naming.NacosNamingService;
import com.alibaba.nacos.client.naming.backups.FailoverDataSource;
import com.alibaba.nacos.client.naming.backups.FailoverReactor;
import com.alibaba.nacos.client.naming.backups.datasource.DiskFailoverDataSource;
import com.alibaba.nacos.client.naming.cache.ServiceInfoHolder;
import com.alibaba.nacos.common.logging.NacosLoggingAdapterBuilder;
import com.alibaba.nacos.plugin.auth.spi.client.AbstractClientAuthService;
import io.github.nacosfailover.bridge.ClientBridge;
import io.github.nacosfailover.bridge.ClientStartHook;
import io.github.nacosfailover.bridge.EarlyPrimer;
import io.github.nacosfailover.client.DecoratedNamingService;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.report.FailoverStatus;
import io.github.nacosfailover.request.SwitchRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Hints for all that is reached by reflection whatever the configuration: the Nacos
 * client is bridged in applications that have switched failover off too.
 */
class NacosFailoverRuntimeHints implements RuntimeHintsRegistrar {

	private static final Logger logger = LoggerFactory.getLogger(NacosFailoverRuntimeHints.class);

	private static final String CLIENT = "com.alibaba.nacos.client.naming.NacosNamingService";

	private static final String BRIDGED_SERVICE = "io.github.nacosfailover.bridge.BridgedService";

	private static final String SERVICE_DOCUMENT = "io.github.nacosfailover.backup.ServiceDocument";

	/** What nacos-spring-context puts around a client, with the field that has it. */
	private static final String DELEGATING_CLIENT = "com.alibaba.nacos.spring.factory.DelegatingNamingService";

	private static final String SERVICES = "META-INF/services/";

	private static final String CONSOLE = "io/github/nacosfailover/actuate/console/*";

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		if (ClassUtils.isPresent(CLIENT, classLoader)) {
			hints.resources().registerPattern(CONSOLE);
			registerClient(hints);
			registerProviders(hints, classLoader);
			registerJson(hints.reflection(), classLoader);
			hints.reflection()
				.registerTypeIfPresent(classLoader, DELEGATING_CLIENT, (type) -> type.withField("delegate"));
		}
	}

	private static void registerClient(RuntimeHints hints) {
		hints.proxies().registerJdkProxy(NamingService.class, DecoratedNamingService.class);
		ReflectionHints reflection = hints.reflection();
		// Called on the client for each call of the proxy.
		reflection.registerType(NamingService.class, MemberCategory.INVOKE_PUBLIC_METHODS);
		reflection.registerType(DecoratedNamingService.class, MemberCategory.INVOKE_PUBLIC_METHODS);
		reflection.registerType(NacosNamingService.class, (type) -> type.withField("serviceInfoHolder"));
		reflection.registerType(ServiceInfoHolder.class, (type) -> type.withField("failoverReactor"));
		reflection.registerType(FailoverReactor.class, (type) -> type.withField("failoverDataSource"));
	}

	/** What {@code ServiceLoader} finds at build time is all that it finds later. */
	private static void registerProviders(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		Stream.of(FailoverDataSource.class, AbstractClientAuthService.class, NacosLoggingAdapterBuilder.class)
			.forEach((type) -> hints.resources().registerPattern(SERVICES + type.getName()));
		hints.resources().registerPattern("META-INF/nacos-failover/" + FailoverDataSource.class.getName());
		Stream.of(ClientBridge.class, ClientStartHook.class, EarlyPrimer.class, DiskFailoverDataSource.class)
			.forEach((type) -> registerProvider(hints, type));
		try {
			ServiceLoader.load(FailoverDataSource.class, classLoader)
				.stream()
				.forEach((provider) -> registerProvider(hints, provider.type()));
		}
		catch (Throwable ex) {
			logger.warn("Failover: a provider of FailoverDataSource cannot be loaded, and is missing from a native "
					+ "image; correct or remove it: {}", ex.toString());
		}
	}

	private static void registerProvider(RuntimeHints hints, Class<?> type) {
		hints.reflection().registerType(type, MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
	}

	/** Endpoints are declared to return any of the types of the API. */
	private static void registerJson(ReflectionHints reflection, @Nullable ClassLoader classLoader) {
		Stream.of(FailoverStatus.class, SwitchRequest.class, SwitchChangedEvent.class)
			.flatMap((type) -> typesBeside(type, classLoader))
			.forEach((type) -> registerJson(reflection, type));
		// Read from data files, and written to the client's log.
		Stream.of(SERVICE_DOCUMENT, BRIDGED_SERVICE)
			.map((name) -> ClassUtils.resolveClassName(name, classLoader))
			.forEach((type) -> registerJson(reflection, type));
		registerJson(reflection, Instance.class);
	}

	/** With its methods, for what is annotated in an enumeration. */
	private static void registerJson(ReflectionHints reflection, Class<?> type) {
		new BindingReflectionHintsRegistrar().registerReflectionHints(reflection, type);
		reflection.registerType(type, MemberCategory.INVOKE_DECLARED_METHODS);
	}

	/** The types of a package. */
	private static Stream<Class<?>> typesBeside(Class<?> type, @Nullable ClassLoader classLoader) {
		String directory = ClassUtils.classPackageAsResourcePath(type);
		try {
			Resource[] files = new PathMatchingResourcePatternResolver(classLoader)
				.getResources("classpath*:" + directory + "/*.class");
			return Stream.of(files)
				.map((file) -> StringUtils.stripFilenameExtension(String.valueOf(file.getFilename())))
				.filter((name) -> !name.equals("package-info"))
				.map((name) -> ClassUtils.resolveClassName(type.getPackageName() + "." + name, classLoader));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
