package io.github.nacosfailover.store.document;

import io.github.nacosfailover.backup.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * Names of the documents of a namespace.
 */
public final class DocumentNames {

	/** The switch. */
	public static final String SWITCH = "switch";

	/** The state of the guard of snapshots. */
	public static final String GUARD_STATE = "guard-state";

	/** What a detector remembers of holds. */
	public static final String HOLDS = "holds";

	/** The services in use. */
	public static final String IN_USE = "in-use";

	/** What the last write of backups does to data files, where there are any. */
	public static final String DATA_FILES = "data-files";

	/** The last revisions. */
	public static final String REVISIONS = "revisions";

	private static final String BACKUP = "backup/";

	private static final String SNAPSHOT = "snapshot/";

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

	public static String snapshot(String id) {
		return SNAPSHOT + id;
	}

	public static boolean isSnapshot(String name) {
		return name.startsWith(SNAPSHOT);
	}

}
