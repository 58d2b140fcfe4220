package io.github.nacosfailover.engine;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.github.nacosfailover.backup.ServiceKey;

/**
 * Which services the switch of a namespace is for. A pattern is matched with
 * {@code group@@service}, or, if there is no {@code @@} in it, with the name of the
 * service in any group; {@code *} stands for any text.
 */
public final class ServicePatterns {

	/** The switch is for every service. */
	public static final ServicePatterns ALL = new ServicePatterns(List.of(), List.of());

	private final List<String> include;

	private final List<String> exclude;

	private final List<Pattern> included;

	private final List<Pattern> excluded;

	/**
	 * Creates patterns.
	 * @param include what the switch is for, empty for every service
	 * @param exclude what it is not for, though included
	 */
	public ServicePatterns(List<String> include, List<String> exclude) {
		this.include = List.copyOf(include);
		this.exclude = List.copyOf(exclude);
		this.included = this.include.stream().map(ServicePatterns::compile).toList();
		this.excluded = this.exclude.stream().map(ServicePatterns::compile).toList();
	}

	private static Pattern compile(String pattern) {
		String name = pattern.contains("@@") ? pattern : "*@@" + pattern;
		return Pattern.compile(name.chars()
			.mapToObj((character) -> (character == '*') ? ".*" : Pattern.quote(String.valueOf((char) character)))
			.collect(Collectors.joining()), Pattern.DOTALL);
	}

	public List<String> include() {
		return this.include;
	}

	public List<String> exclude() {
		return this.exclude;
	}

	boolean areForAll() {
		return this.include.isEmpty() && this.exclude.isEmpty();
	}

	/**
	 * Whether the switch is for a service.
	 * @param key the service, whatever its clusters
	 * @return {@code true} if the switch is for it
	 */
	public boolean cover(ServiceKey key) {
		String name = key.withoutClusters().toString();
		return (this.included.isEmpty() || matches(this.included, name)) && !matches(this.excluded, name);
	}

	private static boolean matches(List<Pattern> patterns, String name) {
		return patterns.stream().anyMatch((pattern) -> pattern.matcher(name).matches());
	}

}
