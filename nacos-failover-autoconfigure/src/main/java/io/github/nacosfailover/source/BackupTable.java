package io.github.nacosfailover.source;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import io.github.nacosfailover.backup.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * An immutable table of backups, built once and read by every query: two look-ups by the
 * names the caller has at hand, nothing allocated.
 */
public final class BackupTable {

	/** A table without a backup. */
	public static final BackupTable EMPTY = new BackupTable(Map.of());

	private final Map<ServiceKey, BackupRef> byKey;

	private final Map<String, Map<String, BackupRef>> byGroup = new HashMap<>();

	private BackupTable(Map<ServiceKey, BackupRef> byKey) {
		this.byKey = byKey;
		byKey.forEach((key, backup) -> {
			if (key.clusters() == null) {
				this.byGroup.computeIfAbsent(key.group(), (group) -> new HashMap<>()).put(key.service(), backup);
			}
		});
	}

	public static BackupTable of(Map<ServiceKey, ? extends BackupRef> backups) {
		return backups.isEmpty() ? EMPTY : new BackupTable(Collections.unmodifiableMap(new LinkedHashMap<>(backups)));
	}

	/**
	 * Joins tables: for each service the first one that has it wins.
	 * @param tables the tables in order of precedence
	 * @return the joined table
	 */
	public static BackupTable join(List<BackupTable> tables) {
		List<BackupTable> filled = tables.stream().filter((table) -> !table.isEmpty()).toList();
		if (filled.size() <= 1) {
			return filled.isEmpty() ? EMPTY : filled.get(0);
		}
		Map<ServiceKey, BackupRef> joined = new LinkedHashMap<>();
		filled.forEach((table) -> table.byKey.forEach(joined::putIfAbsent));
		return of(joined);
	}

	/**
	 * The part of this table whose services are accepted.
	 * @param predicate tells whether to keep a service
	 * @return this table if all are kept
	 */
	public BackupTable filter(Predicate<ServiceKey> predicate) {
		Map<ServiceKey, BackupRef> kept = new LinkedHashMap<>();
		this.byKey.forEach((key, backup) -> {
			if (predicate.test(key)) {
				kept.put(key, backup);
			}
		});
		return (kept.size() == this.byKey.size()) ? this : of(kept);
	}

	public @Nullable BackupRef find(String group, String service) {
		Map<String, BackupRef> services = this.byGroup.get(group);
		return (services != null) ? services.get(service) : null;
	}

	public @Nullable BackupRef find(ServiceKey key) {
		return this.byKey.get(key);
	}

	/**
	 * Names of the services of a group that have a backup.
	 * @param group the group
	 * @return the names, in no particular order
	 */
	public List<String> services(String group) {
		return new ArrayList<>(this.byGroup.getOrDefault(group, Map.of()).keySet());
	}

	/**
	 * Whether another table has the very same entries.
	 * @param other the table to compare with
	 * @return {@code true} if one can stand for the other
	 */
	public boolean hasSameEntriesAs(BackupTable other) {
		return this == other || this.byKey.equals(other.byKey);
	}

	public Set<ServiceKey> keys() {
		return this.byKey.keySet();
	}

	public Collection<BackupRef> all() {
		return this.byKey.values();
	}

	public int size() {
		return this.byKey.size();
	}

	public boolean isEmpty() {
		return this.byKey.isEmpty();
	}

}
