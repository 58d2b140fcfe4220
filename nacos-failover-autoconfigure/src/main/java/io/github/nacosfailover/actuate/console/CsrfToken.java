package io.github.nacosfailover.actuate.console;

import java.lang.reflect.Method;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The token that Spring Security wants to see in requests that change something. Spring
 * Security need not be there, so its token is read by the names of its type.
 *
 * @param header name of the header that has to carry it
 * @param value the token
 */
record CsrfToken(String header, String value) {

	/** Name of the attribute of a servlet request, and type of its value. */
	static final String SERVLET = "org.springframework.security.web.csrf.CsrfToken";

	/** Name of the attribute of an exchange, and type of what its value emits. */
	static final String REACTIVE = "org.springframework.security.web.server.csrf.CsrfToken";

	private static final Set<String> TYPES = Set.of(SERVLET, REACTIVE);

	/**
	 * Reads a token. This may create a session, as any page with a form does.
	 * @param token the value of the attribute, {@code null} if there is none
	 * @return the token, or {@code null} if it is not one of Spring Security
	 */
	static @Nullable CsrfToken of(@Nullable Object token) {
		if (token == null) {
			return null;
		}
		for (Class<?> type : ClassUtils.getAllInterfacesForClass(token.getClass())) {
			if (TYPES.contains(type.getName())) {
				Object header = call(type, "getHeaderName", token);
				Object value = call(type, "getToken", token);
				return (header != null && value != null) ? new CsrfToken(header.toString(), value.toString()) : null;
			}
		}
		return null;
	}

	private static @Nullable Object call(Class<?> type, String getter, Object token) {
		Method method = ReflectionUtils.findMethod(type, getter);
		return (method != null) ? ReflectionUtils.invokeMethod(method, token) : null;
	}

}
