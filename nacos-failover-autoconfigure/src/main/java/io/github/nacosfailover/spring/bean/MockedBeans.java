package io.github.nacosfailover.spring.bean;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Recognises beans that tests have replaced by mocks and spies of Mockito. A spy has the
 * class of the client and all its fields.
 */
final class MockedBeans {

	private static final @Nullable Method mockingDetails = find("org.mockito.Mockito", "mockingDetails", Object.class);

	private static final @Nullable Method isMock = find("org.mockito.MockingDetails", "isMock");

	private MockedBeans() {
	}

	private static @Nullable Method find(String className, String name, Class<?>... parameterTypes) {
		try {
			Class<?> type = ClassUtils.forName(className, MockedBeans.class.getClassLoader());
			return type.getMethod(name, parameterTypes);
		}
		catch (ReflectiveOperationException | LinkageError ex) {
			return null;
		}
	}

	static boolean isMock(Object bean) {
		if (mockingDetails == null || isMock == null) {
			return false;
		}
		Object details = ReflectionUtils.invokeMethod(mockingDetails, null, bean);
		return details != null && Boolean.TRUE.equals(ReflectionUtils.invokeMethod(isMock, details));
	}

}
