package io.github.nacosfailover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code "%s" + "…".formatted(…)} fills in the last literal alone, and the message that
 * an operator gets contains {@code %s}.
 */
class LiteralTests {

	private static final String LITERAL = "\"(?:[^\"\\\\\\n]|\\\\.)*\"";

	private static final Pattern JOINED = Pattern
		.compile("((?:" + LITERAL + "\\s*\\+\\s*)+)" + LITERAL + "\\s*\\.formatted\\(");

	@Test
	void placeholdersAreFilledIn() throws IOException {
		List<String> faults = new ArrayList<>();
		try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
			for (Path file : files.filter((it) -> it.toString().endsWith(".java")).toList()) {
				Matcher joined = JOINED.matcher(Files.readString(file));
				while (joined.find()) {
					if (joined.group(1).matches("(?s).*%[sd].*")) {
						faults.add(file + ": " + joined.group());
					}
				}
			}
		}
		assertThat(faults).isEmpty();
	}

}
