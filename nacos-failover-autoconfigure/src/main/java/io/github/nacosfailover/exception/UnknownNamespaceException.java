package io.github.nacosfailover.exception;

import java.io.Serial;
import java.util.Collection;
import java.util.List;

/**
 * Thrown when a namespace is named that no naming client of this application uses.
 */
public class UnknownNamespaceException extends IllegalArgumentException {

	@Serial
	private static final long serialVersionUID = 1L;

	public UnknownNamespaceException(String namespace, Collection<String> known) {
		this(namespace, known, List.of());
	}

	/**
	 * Creates the exception.
	 * @param namespace the namespace
	 * @param known the namespaces there are
	 * @param similar those of them that may have been meant
	 */
	public UnknownNamespaceException(String namespace, Collection<String> known, Collection<String> similar) {
		super("No Nacos naming client of this application uses namespace '%s'%s; known: %s".formatted(namespace,
				similar.isEmpty() ? "" : "; did you mean %s".formatted(String.join(" or ", similar)),
				known.isEmpty() ? "none yet" : String.join(", ", known)));
	}

}
