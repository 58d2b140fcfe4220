package io.github.nacosfailover.bridge;

import java.nio.charset.Charset;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

import io.github.nacosfailover.source.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Paths of the Nacos client, which uses {@code java.io.File}. That accepts any text and
 * replaces characters that the encoding of file names does not have by question marks, as
 * in a JVM without a locale. {@link Path} rejects such a text.
 */
final class ClientPaths {

	private ClientPaths() {
	}

	/**
	 * Return the path that the Nacos client uses for a text.
	 * @throws InvalidPathException if the client has no such path either
	 */
	static Path of(String text) {
		try {
			return Path.of(text);
		}
		catch (InvalidPathException ex) {
			Charset encoding = encoding();
			return Path.of(new String(text.getBytes(encoding), encoding));
		}
	}

	private static Charset encoding() {
		String name = System.getProperty("sun.jnu.encoding");
		try {
			return (name != null) ? Charset.forName(name) : Charset.defaultCharset();
		}
		catch (IllegalArgumentException ex) {
			return Charset.defaultCharset();
		}
	}

	/** The problem of a configured path, {@code null} if the client uses it unchanged. */
	static @Nullable Problem problem(String text) {
		try {
			Path.of(text);
			return null;
		}
		catch (InvalidPathException ex) {
			return new Problem(text,
					("the encoding of file names of this JVM, %s, has no characters for this path, so the Nacos client "
							+ "uses another one, and so does failover; start the JVM with LC_ALL=C.UTF-8, or set "
							+ "JM.SNAPSHOT.PATH or nacos.failover.disk.path to a path in ASCII")
						.formatted(System.getProperty("sun.jnu.encoding")));
		}
	}

}
