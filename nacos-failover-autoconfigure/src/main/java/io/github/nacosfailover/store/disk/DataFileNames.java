package io.github.nacosfailover.store.disk;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * Chooses names for new data files: the documented one wherever it is possible. Where it
 * would be passed over, or is the same as another to a file system that ignores case,
 * single letters are percent-encoded, which the stock client reads too. Only a name that
 * is too long for a file goes where the stock client does not look.
 */
final class DataFileNames {

	/** Where the files of long names are; such a file is named after a digest. */
	static final String LONG = FailoverFileNames.OWN_DIRECTORY + "/long/";

	private static final int MAX_LENGTH = 255;

	private final boolean caseInsensitive;

	/** By the name in lower case, if the file system ignores case. */
	private final Map<String, String> taken = new HashMap<>();

	/**
	 * Starts to choose names.
	 * @param caseInsensitive whether the file system takes names for the same that differ
	 * in case only
	 * @param present names of files that are there
	 */
	DataFileNames(boolean caseInsensitive, Collection<String> present) {
		this.caseInsensitive = caseInsensitive;
		if (caseInsensitive) {
			present.forEach((name) -> this.taken.put(fold(name), name));
		}
	}

	private static String fold(String name) {
		return name.toLowerCase(Locale.ROOT);
	}

	/**
	 * Chooses the name for a service that has no file.
	 * @param key the service
	 * @return the name, relative to the failover directory, or {@code null} if no name of
	 * a file could be read back as that service
	 */
	@Nullable String choose(ServiceKey key) {
		boolean plain = key.clusters() == null && isPlain(key.group()) && isPlain(key.service());
		String encoded = plain ? key.group() + "%40%40" + key.service() : encode(key);
		if (!plain && !isReadBack(key, encoded)) {
			return null;
		}
		for (int respelled = -1; respelled < encoded.length(); respelled++) {
			String name = (respelled < 0) ? encoded : respell(encoded, respelled);
			if (name != null && name.length() > MAX_LENGTH) {
				break;
			}
			if (name != null && !FailoverFileNames.isIgnored(name) && take(name)) {
				return name;
			}
		}
		return (key.clusters() == null) ? longName(key) : null;
	}

	/**
	 * Whether a name needs no encoding, which is the common case.
	 */
	private static boolean isPlain(String name) {
		for (int i = 0; i < name.length(); i++) {
			char c = name.charAt(i);
			if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'
					|| c == '.')) {
				return false;
			}
		}
		return !name.isEmpty();
	}

	/** The documented name appends clusters as they are, whatever is in them. */
	private static String encode(ServiceKey key) {
		String name = FailoverFileNames.encode(key);
		return (key.clusters() == null || key.clusters().matches("[\\w.,-]*")) ? name
				: FailoverFileNames.encode(ServiceKey.of(key.group(), key.service() + "@@" + key.clusters()));
	}

	private static boolean isReadBack(ServiceKey key, String name) {
		try {
			return FailoverFileNames.decode(name).equals(key);
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private static @Nullable String respell(String name, int index) {
		char letter = name.charAt(index);
		boolean escaped = letter == '%' || (index > 0 && name.charAt(index - 1) == '%')
				|| (index > 1 && name.charAt(index - 2) == '%');
		boolean plain = letter == '.' || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
		return (plain && !escaped)
				? "%s%%%02X%s".formatted(name.substring(0, index), (int) letter, name.substring(index + 1)) : null;
	}

	private boolean take(String name) {
		if (!this.caseInsensitive) {
			return true;
		}
		String other = this.taken.putIfAbsent(fold(name), name);
		return other == null || other.equals(name);
	}

	static boolean isLong(String name) {
		return name.startsWith(LONG);
	}

	static String longName(ServiceKey key) {
		return LONG + BackupFormat.digest(key.toString().getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Whether a name may be that of a data file.
	 * @param name the name
	 */
	static boolean isDataFile(String name) {
		return isLong(name) || (!name.equals(FailoverFileNames.SWITCH) && !FailoverFileNames.isIgnored(name));
	}

	/**
	 * Whether a short name tells a service.
	 * @param name the name
	 */
	static boolean isService(String name) {
		try {
			FailoverFileNames.decode(name);
			return true;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

}
