package io.github.nacosfailover.store.document;

import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * A write was refused since contents that it needs are not there. Nothing has changed.
 */
public final class MissingContentsException extends IOException {

	private static final long serialVersionUID = 1L;

	private static final int MAX_NAMED = 3;

	private final transient List<String> hashes;

	/**
	 * Creates the exception.
	 * @param location where the documents are, without credentials
	 * @param hashes hashes of the contents that are not there
	 */
	public MissingContentsException(String location, Collection<String> hashes) {
		super("%s does not have %s contents that are needed (%s), so nothing is changed".formatted(location,
				hashes.size(), String.join(", ", hashes.stream().limit(MAX_NAMED).toList())));
		this.hashes = List.copyOf(hashes);
	}

	/**
	 * Hashes of the contents that are not there.
	 * @return the hashes
	 */
	public Collection<String> hashes() {
		return this.hashes;
	}

}
