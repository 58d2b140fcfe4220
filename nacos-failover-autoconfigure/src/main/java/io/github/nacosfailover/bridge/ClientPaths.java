package io.github.nacosfailover.bridge;

import java.nio.charset.Charset;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

import io.github.nacosfailover.source.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Paths of the Nacos client, which uses {@code java.io.File}. That takes any text, and
 * puts a question mark where the encoding of file names has no character, as in a JVM
 * without a locale. A {@link Path} refuses such a text.
 */
final class ClientPaths {

	private ClientPaths() {
	}

	/**
	 * The path that the Nacos client means by a text.
	 * @param text the text
	 * @return the path
	 * @throws InvalidPathException if there is no such path, for the client either
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

	/**
	 * What an operator should know of a path.
	 * @param text the path as it was set
	 * @return the problem, or {@code null} if it is as it was set
	 */
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
