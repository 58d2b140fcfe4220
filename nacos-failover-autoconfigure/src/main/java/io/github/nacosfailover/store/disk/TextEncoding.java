package io.github.nacosfailover.store.disk;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Text files as tools write them: UTF-8, with or without a byte order mark, or UTF-16 as
 * tools of Windows do. Text that begins with an ASCII character tells UTF-16 by its zero
 * bytes.
 */
final class TextEncoding {

	private static final String MARK = "\uFEFF";

	private TextEncoding() {
	}

	static String decode(byte[] bytes) {
		String text = new String(bytes, detect(bytes));
		return text.startsWith(MARK) ? text.substring(1) : text;
	}

	private static Charset detect(byte[] bytes) {
		if (bytes.length < 2) {
			return StandardCharsets.UTF_8;
		}
		int first = bytes[0] & 0xff;
		int second = bytes[1] & 0xff;
		if ((first == 0xff && second == 0xfe) || (first != 0 && second == 0)) {
			return StandardCharsets.UTF_16LE;
		}
		if ((first == 0xfe && second == 0xff) || (first == 0 && second != 0)) {
			return StandardCharsets.UTF_16BE;
		}
		return StandardCharsets.UTF_8;
	}

}
