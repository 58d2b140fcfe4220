package io.github.nacosfailover.store;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.core.type.TypeReference;
import io.github.nacosfailover.backup.ServiceKey;

/**
 * What a {@link UsageLog} keeps: a day for each service, as JSON. Services that were not
 * in use for 30 days are dropped.
 */
public final class ServiceDays {

	private static final int KEPT_DAYS = 30;

	/** A namespace may have 10 000 services in use; the limit is well above that. */
	private static final int MAX_SERVICES = 25_000;

	private ServiceDays() {
	}

	/**
	 * Adds services that are in use today, and drops those that were not for long.
	 * @param known what is kept now
	 * @param services the services
	 * @param today the day
	 * @return what to keep, the same as {@code known} if there is nothing to change
	 */
	public static Map<ServiceKey, LocalDate> add(Map<ServiceKey, LocalDate> known, Collection<ServiceKey> services,
			LocalDate today) {
		Map<ServiceKey, LocalDate> kept = new HashMap<>(known);
		services.forEach((key) -> kept.merge(key, today, (one, other) -> one.isAfter(other) ? one : other));
		kept.values().removeIf((day) -> day.isBefore(today.minusDays(KEPT_DAYS)));
		if (kept.size() > MAX_SERVICES) {
			List<ServiceKey> oldestFirst = kept.keySet()
				.stream()
				.sorted(Comparator.comparing(kept::get))
				.limit((long) kept.size() - MAX_SERVICES)
				.toList();
			oldestFirst.forEach(kept::remove);
		}
		return kept.equals(known) ? known : kept;
	}

	/**
	 * Writes them.
	 * @param days the services and their days
	 * @return JSON in UTF-8
	 */
	public static byte[] write(Map<ServiceKey, LocalDate> days) {
		Map<String, String> texts = new TreeMap<>();
		days.forEach((key, day) -> texts.put(key.toString(), day.toString()));
		return StoredJson.write(texts);
	}

	/**
	 * Reads what {@link #write} has written.
	 * @param content the JSON
	 * @return the services and their days
	 * @throws IOException if it is damaged
	 */
	public static Map<ServiceKey, LocalDate> read(byte[] content) throws IOException {
		Map<ServiceKey, LocalDate> days = new HashMap<>();
		try {
			Map<String, String> texts = StoredJson.MAPPER.readValue(content, new TypeReference<>() {
			});
			texts.forEach((key, day) -> days.put(ServiceKey.parse(key), LocalDate.parse(day)));
			return days;
		}
		catch (DateTimeException | IllegalArgumentException ex) {
			throw new IOException("it is damaged: " + ex.getMessage(), ex);
		}
	}

}
