package io.github.nacosfailover;

import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Event: the switch of a namespace or of one service was changed, or a change was
 * refused.
 *
 * @param at when
 * @param namespace the namespace
 * @param service the service, as {@code group@@service}, {@code null} if it was the
 * switch of the namespace
 * @param before what it was; {@code null} for a service that followed its namespace
 * @param after what it was to become; {@code null} for a service that is to follow its
 * namespace
 * @param by who has asked: the name of the user, {@code http}, {@code jmx}, {@code api},
 * {@code file}, {@code source:…} or {@code lease}
 * @param origin the way it came
 * @param reason why, if given
 * @param until when it should end, if an end was given
 * @param outcome what came of it
 * @param findings what spoke against it, and what was worth a warning
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SwitchChanged(@JsonFormat(shape = JsonFormat.Shape.STRING) Instant at, String namespace,
		@Nullable String service, @Nullable Boolean before, @Nullable Boolean after, String by, SwitchOrigin origin,
		@Nullable String reason, @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable Instant until,
		SwitchOutcome outcome, List<String> findings) {

	public SwitchChanged {
		findings = List.copyOf(findings);
	}

}
