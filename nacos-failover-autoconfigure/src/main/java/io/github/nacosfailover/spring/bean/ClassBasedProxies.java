package io.github.nacosfailover.spring.bean;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;

import com.alibaba.nacos.api.naming.NamingService;
import io.github.nacosfailover.client.DecoratedNamingService;
import io.github.nacosfailover.client.NamingServiceDecorator.Proxies;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.core.NativeDetector;
import org.springframework.util.ReflectionUtils;

/**
 * Decorates clients that are asked for by their class: with a subclass, created without
 * calling a constructor. Methods that are not those of {@link NamingService} go to the
 * client.
 */
final class ClassBasedProxies implements Proxies {

	static final ClassBasedProxies INSTANCE = new ClassBasedProxies();

	private static final Logger logger = LoggerFactory.getLogger(ClassBasedProxies.class);

	private static final String NO_SUBCLASS = "there can be no subclass of it";

	private ClassBasedProxies() {
	}

	/**
	 * Why a client cannot be put behind a subclass of its class. A final method would run
	 * on the subclass, which has no state. A native image cannot define classes.
	 * @return the reason, or {@code null} if it can
	 */
	@Nullable String obstacle(NamingService client) {
		return obstacle(client, NativeDetector.inNativeImage());
	}

	@Nullable String obstacle(NamingService client, boolean inNativeImage) {
		if (inNativeImage) {
			return "in a native image there are no proxies of classes";
		}
		Class<?> type = client.getClass();
		if (Modifier.isFinal(type.getModifiers()) || type.isSealed() || hasFinalMethod(type)) {
			return NO_SUBCLASS;
		}
		try {
			factory(client, (invocation) -> invocation.proceed()).getProxyClass(type.getClassLoader());
			return null;
		}
		catch (Throwable ex) {
			logger.debug("There can be no subclass of {}", type, ex);
			return NO_SUBCLASS;
		}
	}

	private static boolean hasFinalMethod(Class<?> type) {
		for (Class<?> declaring = type; declaring != Object.class; declaring = declaring.getSuperclass()) {
			for (Method method : declaring.getDeclaredMethods()) {
				int modifiers = method.getModifiers();
				if (Modifier.isFinal(modifiers) && !Modifier.isPrivate(modifiers) && !Modifier.isStatic(modifiers)) {
					return true;
				}
			}
		}
		return false;
	}

	@Override
	public NamingService create(NamingService client, InvocationHandler handler) {
		Map<Method, Method> handled = handled(client.getClass());
		ProxyFactory factory = factory(client, (invocation) -> {
			Method method = handled.get(invocation.getMethod());
			return (method != null) ? handler.invoke(client, method, invocation.getArguments()) : invocation.proceed();
		});
		return (NamingService) factory.getProxy(client.getClass().getClassLoader());
	}

	private static ProxyFactory factory(NamingService client, MethodInterceptor interceptor) {
		ProxyFactory factory = new ProxyFactory();
		factory.setTarget(client);
		factory.setProxyTargetClass(true);
		factory.addInterface(DecoratedNamingService.class);
		factory.addAdvice(interceptor);
		// Advice added by others would come after ours, and never be reached.
		factory.setFrozen(true);
		return factory;
	}

	/** The methods that the handler knows, by the methods that implement them. */
	private static Map<Method, Method> handled(Class<?> type) {
		Map<Method, Method> handled = new HashMap<>();
		for (Class<?> known : new Class<?>[] { NamingService.class, DecoratedNamingService.class }) {
			for (Method method : known.getMethods()) {
				handled.put(method, method);
				add(handled, type, method);
			}
		}
		for (Method method : Object.class.getMethods()) {
			if (ReflectionUtils.isToStringMethod(method)) {
				add(handled, type, method);
			}
		}
		return handled;
	}

	private static void add(Map<Method, Method> handled, Class<?> type, Method method) {
		try {
			handled.put(type.getMethod(method.getName(), method.getParameterTypes()), method);
		}
		catch (NoSuchMethodException ex) {
			// The interface's own method is all there is.
		}
	}

}
