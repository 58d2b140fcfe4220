package io.github.nacosfailover.actuate.console;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * Keeps the parts of the page, and what is called of Spring Security, in native images.
 */
public final class ConsoleHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		for (String extension : new String[] { "html", "css", "js", "json" }) {
			hints.resources().registerPattern("io/github/nacosfailover/actuate/console/*." + extension);
		}
		hints.reflection().registerType(CsrfToken.class, MemberCategory.INVOKE_DECLARED_METHODS);
		hints.reflection().registerType(ConsolePage.Location.class, MemberCategory.INVOKE_DECLARED_METHODS);
		for (String type : new String[] { CsrfToken.SERVLET, CsrfToken.REACTIVE }) {
			hints.reflection().registerTypeIfPresent(classLoader, type, MemberCategory.INVOKE_PUBLIC_METHODS);
		}
	}

}
