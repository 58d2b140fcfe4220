package io.github.nacosfailover.backup;

import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * Identifies a service within a namespace the way Nacos does: {@code group@@service},
 * with {@code @@clusters} appended where a 2.x client has stored the data of one cluster
 * selection.
 *
 * @param group the group name, never empty
 * @param service the service name without its group, never empty
 * @param clusters comma separated, sorted cluster names, or {@code null} for all clusters
 */
public record ServiceKey(String group, String service, @Nullable String clusters) implements Comparable<ServiceKey> {

	/** Group of a service that is named without one. */
	public static final String DEFAULT_GROUP = "DEFAULT_GROUP";

	private static final String SEPARATOR = "@@";

	public ServiceKey {
		Objects.requireNonNull(group, "group");
		Objects.requireNonNull(service, "service");
	}

	public static ServiceKey of(String group, String service) {
		return new ServiceKey(group, service, null);
	}

	/**
	 * Parse {@code group@@service} or {@code group@@service@@clusters}.
	 * @param key the text to parse
	 * @return the key
	 * @throws IllegalArgumentException if there is no group or no service in it
	 */
	public static ServiceKey parse(String key) {
		int service = key.indexOf(SEPARATOR) + SEPARATOR.length();
		int clusters = key.indexOf(SEPARATOR, service);
		if (clusters >= 0 || service < SEPARATOR.length()) {
			return parseParts(key);
		}
		return of(key, key.substring(0, service - SEPARATOR.length()), key.substring(service), null);
	}

	private static ServiceKey parseParts(String key) {
		String[] parts = key.split(SEPARATOR);
		return of(key, (parts.length > 0) ? parts[0] : "", (parts.length > 1) ? parts[1] : "",
				(parts.length > 2) ? String.join(SEPARATOR, Arrays.copyOfRange(parts, 2, parts.length)) : null);
	}

	private static ServiceKey of(String key, String group, String service, @Nullable String clusters) {
		if (group.isBlank() || service.isBlank()) {
			throw new IllegalArgumentException("'%s' is not of the form group@@service".formatted(key));
		}
		return new ServiceKey(group, service, clusters);
	}

	/**
	 * Parse a name as written by an operator: with its group, or without for
	 * {@value #DEFAULT_GROUP}.
	 * @param name the text to parse
	 * @return the key
	 * @throws IllegalArgumentException if the name is blank or malformed
	 */
	public static ServiceKey parseLenient(String name) {
		if (!name.contains(SEPARATOR)) {
			if (name.isBlank()) {
				throw new IllegalArgumentException("The service name is blank");
			}
			return of(DEFAULT_GROUP, name);
		}
		return parse(name);
	}

	/**
	 * Return the key of the service itself, whatever clusters are selected.
	 * @return this key if it selects none
	 */
	public ServiceKey withoutClusters() {
		return (this.clusters != null) ? of(this.group, this.service) : this;
	}

	/**
	 * Return the text by which a 2.x client distinguishes cluster selections.
	 * @param clusters the selected clusters
	 * @return the sorted names, joined by a comma
	 */
	public static String joinClusters(Collection<String> clusters) {
		return String.join(",", new TreeSet<>(clusters));
	}

	@Override
	public int compareTo(ServiceKey other) {
		if (this.clusters == null && other.clusters == null && this.group.equals(other.group)) {
			// The same result, without creating the names of thousands of services.
			return this.service.compareTo(other.service);
		}
		return toString().compareTo(other.toString());
	}

	@Override
	public String toString() {
		String name = this.group + SEPARATOR + this.service;
		return (this.clusters != null) ? name + SEPARATOR + this.clusters : name;
	}

}
