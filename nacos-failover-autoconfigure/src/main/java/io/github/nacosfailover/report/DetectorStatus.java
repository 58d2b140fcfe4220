package io.github.nacosfailover.report;

import java.time.Instant;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A service as the detector sees it.
 *
 * @param state its state
 * @param since since when
 * @param evidence what that is based on
 * @param suggestion what an operator may do, {@code null} if there is nothing to do
 * @param holdUntil when the hold becomes overdue, {@code null} if nothing is held
 * @param lockedBy why it is not held again, {@code null} unless it is locked
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record DetectorStatus(DetectorState state, @JsonFormat(shape = JsonFormat.Shape.STRING) Instant since,
		Evidence evidence, @Nullable String suggestion,
		@JsonProperty("holdUntil") @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable Instant holdUntil,
		@JsonProperty("lockedBy") @Nullable String lockedBy) {

	/**
	 * What the state is based on.
	 *
	 * @param backup number of healthy instances in the backup
	 * @param live number of healthy instances that the server lists, {@code null} if it
	 * does not answer
	 * @param missing how many of the backup it does not list
	 * @param answering how many of those accept a connection
	 * @param votes how many processes see the same, this one included
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record Evidence(int backup, @Nullable Integer live, int missing, int answering, int votes) {
	}

}
