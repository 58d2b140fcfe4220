package io.github.nacosfailover.actuate.console;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The page with the headers that belong to it.
 *
 * @param html the page
 * @param headers the headers by name, without the content type
 */
record ConsoleAnswer(String html, Map<String, String> headers) {

	byte[] bytes() {
		return this.html.getBytes(StandardCharsets.UTF_8);
	}

}
