package io.github.nacosfailover.report;

import java.time.Instant;
import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A drill: services are served from their backups for a while, to prove that this works.
 *
 * @param namespace the namespace
 * @param service the service, {@code null} for all of the namespace
 * @param at when it began
 * @param until when it is to end
 * @param by who asked for it
 * @param reason why, if given
 * @param outcome how it has ended
 * @param detail why it was aborted, {@code null} if it was not
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record DrillStatus(String namespace, @Nullable String service,
		@JsonFormat(shape = JsonFormat.Shape.STRING) Instant at,
		@JsonFormat(shape = JsonFormat.Shape.STRING) Instant until, String by, @Nullable String reason, Outcome outcome,
		@Nullable String detail) {

	/**
	 * Returns this drill with its outcome.
	 * @param outcome how it has ended
	 * @param detail why, {@code null} if there is nothing to say
	 * @return the drill
	 */
	public DrillStatus ended(Outcome outcome, @Nullable String detail) {
		return new DrillStatus(this.namespace, this.service, this.at, this.until, this.by, this.reason, outcome,
				detail);
	}

	/** How a drill has ended. */
	public enum Outcome {

		/** It goes on. */
		RUNNING,

		/** It went on for its time, and nothing got worse. */
		SUCCEEDED,

		/** Something got worse. */
		ABORTED,

		/** The process ended meanwhile. */
		INTERRUPTED;

		@Override
		@JsonValue
		public String toString() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
