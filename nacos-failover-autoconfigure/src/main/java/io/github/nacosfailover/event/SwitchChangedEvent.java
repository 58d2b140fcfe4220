package io.github.nacosfailover.event;

import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Event: the switch of a namespace or of one service was changed, or a change was
 * refused. The history also has what else operators have done to backups.
 *
 * @param at when
 * @param namespace the namespace
 * @param service the service, as {@code group@@service}, {@code null} if it was the
 * switch of the namespace
 * @param before what it was; {@code null} for a service that followed its namespace, and
 * where it is not known
 * @param after what it was to become; {@code null} for a service that is to follow its
 * namespace
 * @param by who has asked: the name of the user, {@code http}, {@code jmx}, {@code api},
 * {@code file}, {@code source:…}, {@code lease} or {@code stage}
 * @param origin the way it came
 * @param reason why, if given
 * @param until when it ends after that, if it has an end
 * @param outcome whether it was applied or refused
 * @param findings what spoke against it, and what was worth a warning
 * @param action what it is about; {@code before} and {@code after} are {@code null} if
 * that is not the switch
 * @param detail what was done, if that is not the switch
 * @param count how often the same has happened in a row
 * @param last when it has last happened
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SwitchChangedEvent(@JsonFormat(shape = JsonFormat.Shape.STRING) Instant at, String namespace,
		@Nullable String service, @Nullable Boolean before, @Nullable Boolean after, String by, SwitchOrigin origin,
		@Nullable String reason, @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable Instant until,
		SwitchOutcome outcome, List<String> findings, SwitchAction action, @Nullable String detail, int count,
		@JsonFormat(shape = JsonFormat.Shape.STRING) Instant last) {

	public SwitchChangedEvent {
		findings = List.copyOf(findings);
	}

	public SwitchChangedEvent(Instant at, String namespace, @Nullable String service, @Nullable Boolean before,
			@Nullable Boolean after, String by, SwitchOrigin origin, @Nullable String reason, @Nullable Instant until,
			SwitchOutcome outcome, List<String> findings) {
		this(at, namespace, service, before, after, by, origin, reason, until, outcome, findings, SwitchAction.SWITCH,
				null, 1, at);
	}

	/**
	 * Something that an operator has done to backups.
	 * @param namespace the namespace
	 * @param action what
	 * @param by who
	 * @param origin the way it came
	 * @param detail what exactly
	 * @return the entry of the history, as of now
	 */
	public static SwitchChangedEvent ofBackups(String namespace, SwitchAction action, String by, SwitchOrigin origin,
			String detail) {
		Instant now = Instant.now();
		return new SwitchChangedEvent(now, namespace, null, null, null, by, origin, null, null, SwitchOutcome.APPLIED,
				List.of(), action, detail, 1, now);
	}

	/**
	 * What has become of a way back.
	 * @param namespace the namespace
	 * @param by who has armed it
	 * @param origin the way that came
	 * @param reason why, if given
	 * @param until after which it is not gone any more
	 * @param detail what has become of it
	 * @return the entry of the history, as of now
	 */
	public static SwitchChangedEvent ofReturn(String namespace, String by, SwitchOrigin origin, @Nullable String reason,
			@Nullable Instant until, String detail) {
		Instant now = Instant.now();
		return new SwitchChangedEvent(now, namespace, null, null, null, by, origin, reason, until,
				SwitchOutcome.APPLIED, List.of(), SwitchAction.RETURN, detail, 1, now);
	}

	/**
	 * What has become of a stage of the switch.
	 * @param namespace the namespace
	 * @param by who has asked for it
	 * @param origin the way that came
	 * @param reason why, if given
	 * @param until when the stage ends, {@code null} if it has ended
	 * @param outcome whether it was made or refused
	 * @param findings what spoke against it, and what was worth a warning
	 * @param detail what has become of it
	 * @return the entry of the history, as of now
	 */
	public static SwitchChangedEvent ofStage(String namespace, String by, SwitchOrigin origin, @Nullable String reason,
			@Nullable Instant until, SwitchOutcome outcome, List<String> findings, String detail) {
		Instant now = Instant.now();
		return new SwitchChangedEvent(now, namespace, null, null, null, by, origin, reason, until, outcome, findings,
				SwitchAction.STAGE, detail, 1, now);
	}

	/**
	 * This, and the same once more.
	 * @param again the same at another time
	 * @return the two as one
	 */
	public SwitchChangedEvent joinedWith(SwitchChangedEvent again) {
		return new SwitchChangedEvent(this.at, this.namespace, this.service, this.before, this.after, this.by,
				this.origin, this.reason, this.until, this.outcome, this.findings, this.action, this.detail,
				this.count + again.count, again.last.isAfter(this.last) ? again.last : this.last);
	}

}
