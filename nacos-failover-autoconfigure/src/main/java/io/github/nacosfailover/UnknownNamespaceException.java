package io.github.nacosfailover;

import java.io.Serial;
import java.util.Collection;

/**
 * Thrown when a namespace is named that no naming client of this application uses.
 */
public class UnknownNamespaceException extends IllegalArgumentException {

	@Serial
	private static final long serialVersionUID = 1L;

	public UnknownNamespaceException(String namespace, Collection<String> known) {
		super("No Nacos naming client of this application uses namespace '%s'; known: %s".formatted(namespace,
				known.isEmpty() ? "none yet" : String.join(", ", known)));
	}

}
