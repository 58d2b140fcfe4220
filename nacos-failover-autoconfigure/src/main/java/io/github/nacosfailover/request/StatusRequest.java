package io.github.nacosfailover.request;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * What to describe of the services there are.
 *
 * @param namespace the namespace, all if not given
 * @param service part of the names to describe, upper and lower case alike; all if not
 * given
 * @param offset number of services of each namespace to leave out, in the order of their
 * names
 * @param limit number of services of each namespace to describe at most
 */
public record StatusRequest(@Nullable String namespace, @Nullable String service, int offset, int limit) {

	/** Number of services that are described if nothing else is asked for. */
	public static final int DEFAULT_LIMIT = 100;

	/** Number of services that can be asked for. */
	public static final int MAX_LIMIT = 1000;

	/**
	 * Creates the request.
	 * @throws IllegalArgumentException if a number is out of its range
	 */
	public StatusRequest {
		if (offset < 0) {
			throw new IllegalArgumentException("'offset' is %d; it must not be negative".formatted(offset));
		}
		if (limit < 1 || limit > MAX_LIMIT) {
			throw new IllegalArgumentException("'limit' is %d; it must be from 1 to %d".formatted(limit, MAX_LIMIT));
		}
	}

	/**
	 * Whether a service is one of those to describe.
	 * @param name its name with its group
	 * @return {@code true} if it is
	 */
	public boolean matches(String name) {
		return this.service == null || name.toLowerCase(Locale.ROOT).contains(this.service.toLowerCase(Locale.ROOT));
	}

}
