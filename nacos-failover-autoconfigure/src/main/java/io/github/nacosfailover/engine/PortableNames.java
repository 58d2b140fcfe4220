package io.github.nacosfailover.engine;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names that are good in a path and in a key of any store: ids of namespaces stay as they
 * are, and nothing leads out of a directory or means something in a key.
 */
public final class PortableNames {

	private static final int MAX_LENGTH = 90;

	private static final int DIGEST_LENGTH = 20;

	private PortableNames() {
	}

	/**
	 * Encodes a name as in URLs, where it has other characters than letters, digits, '_',
	 * '-' and '.'. What gets too long is cut, and ends with its digest.
	 * @param name the name
	 * @return the encoded name, another one for each name, at most 90 characters long
	 */
	public static String of(String name) {
		String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A");
		if (encoded.matches("\\.+")) {
			encoded = encoded.replace(".", "%2E");
		}
		return (encoded.length() > MAX_LENGTH)
				? encoded.substring(0, MAX_LENGTH - DIGEST_LENGTH - 1) + '-' + digest(name) : encoded;
	}

	private static String digest(String name) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(digest).substring(0, DIGEST_LENGTH);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
