package io.github.nacosfailover.report;

import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * What is in a snapshot, compared with the present.
 *
 * @param id its id
 * @param namespaces its services by namespace
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SnapshotContent(String id, Map<String, Map<String, ServiceContent>> namespaces) {

	/**
	 * A service of a snapshot, or one that has a backup now.
	 *
	 * @param instances number of instances in the snapshot, {@code null} if it does not
	 * have the service
	 * @param healthy number of healthy ones among them
	 * @param backup number of instances in the backup now, {@code null} if there is none
	 * @param live number of healthy instances that the server last reported, {@code null}
	 * if no client knows
	 * @param comparison what a restore would do
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record ServiceContent(@Nullable Integer instances, @Nullable Integer healthy, @Nullable Integer backup,
			@Nullable Integer live, @JsonProperty("comparison") Comparison comparison) {
	}

	/** What a restore would do with a service. */
	public enum Comparison {

		/** Nothing: the backup is the same. */
		SAME,

		/** Replace the backup. */
		CHANGED,

		/** Bring the backup back, which there is none of now. */
		MISSING,

		/** Leave it, or remove it with the mode {@code exact}. */
		ADDED;

		@Override
		@JsonValue
		public String toString() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
