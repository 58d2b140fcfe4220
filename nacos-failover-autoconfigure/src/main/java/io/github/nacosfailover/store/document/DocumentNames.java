package io.github.nacosfailover.store.document;

import io.github.nacosfailover.backup.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * DocumentNames of the documents of a namespace.
 */
public final class DocumentNames {

	/** The switch. */
	public static final String SWITCH = "switch";

	/** What guards remember. */
	public static final String MEMORY = "memory";

	/** The services in use. */
	public static final String IN_USE = "in-use";

	/** What the last write of backups does to data files, where there are any. */
	public static final String DATA_FILES = "data-files";

	/** The last revisions. */
	public static final String REVISIONS = "revisions";

	private static final String BACKUP = "backup/";

	private static final String GENERATION = "generation/";

	private DocumentNames() {
	}

	public static String backup(ServiceKey key) {
		return BACKUP + key;
	}

	public static boolean isBackup(String name) {
		return name.startsWith(BACKUP);
	}

	/**
	 * The service whose backup a document is.
	 * @param name name of the document
	 * @return the service, or {@code null} if it is no backup
	 */
	public static @Nullable ServiceKey service(String name) {
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

	public static String generation(String id) {
		return GENERATION + id;
	}

	public static boolean isGeneration(String name) {
		return name.startsWith(GENERATION);
	}

}
