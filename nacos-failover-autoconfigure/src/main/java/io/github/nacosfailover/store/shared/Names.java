package io.github.nacosfailover.store.shared;

import io.github.nacosfailover.backup.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * Names of the documents of a namespace.
 */
final class Names {

	/** The switch. */
	static final String SWITCH = "switch";

	/** What guards remember. */
	static final String MEMORY = "memory";

	/** The services in use. */
	static final String IN_USE = "in-use";

	/** The last revisions. */
	static final String REVISIONS = "revisions";

	private static final String BACKUP = "backup/";

	private static final String GENERATION = "generation/";

	private Names() {
	}

	static String backup(ServiceKey key) {
		return BACKUP + key;
	}

	static boolean isBackup(String name) {
		return name.startsWith(BACKUP);
	}

	/**
	 * The service whose backup a document is.
	 * @param name name of the document
	 * @return the service, or {@code null} if it is no backup
	 */
	static @Nullable ServiceKey service(String name) {
		if (!isBackup(name)) {
			return null;
		}
		try {
			return ServiceKey.parse(name.substring(BACKUP.length()));
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	static String generation(String id) {
		return GENERATION + id;
	}

	static boolean isGeneration(String name) {
		return name.startsWith(GENERATION);
	}

}
