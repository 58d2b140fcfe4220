package io.github.nacosfailover.store;

import java.time.Instant;
import java.util.Objects;

import io.github.nacosfailover.event.SwitchAction;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * A change as a {@link SwitchLog} keeps it.
 *
 * @param change the change
 * @param stateAt the time of the switch that it led to, that of the file after an edit;
 * {@code null} if that is not known
 * @param state tells that switch from others of the same time, {@code null} if it is not
 * known
 */
public record LoggedChange(SwitchChangedEvent change, @Nullable Instant stateAt, @Nullable String state) {

	/**
	 * Describes a change of the switch of a namespace.
	 * @param change the change
	 * @param state the switch that it led to
	 * @return what to keep
	 */
	public static LoggedChange of(SwitchChangedEvent change, SwitchState state) {
		if (change.service() != null || state.at() == null) {
			return of(change);
		}
		return new LoggedChange(change, state.at(),
				"%s/%s/%s".formatted(state.enabled(), state.until(), Objects.hashCode(state.reason())));
	}

	public static LoggedChange of(SwitchChangedEvent change) {
		return new LoggedChange(change, null, null);
	}

	boolean isRefused() {
		return this.change.outcome() == SwitchOutcome.REFUSED;
	}

	/** Whether the change was observed, not made, by the processes that recorded it. */
	boolean isObserved() {
		return this.change.origin() == SwitchOrigin.FILE || this.change.origin() == SwitchOrigin.ELSEWHERE
				|| this.change.origin() == SwitchOrigin.SOURCE;
	}

	boolean isOfSameSwitchAs(LoggedChange other) {
		return this.change.action() == SwitchAction.SWITCH && other.change.action() == SwitchAction.SWITCH
				&& this.change.namespace().equals(other.change.namespace())
				&& Objects.equals(this.change.service(), other.change.service());
	}

	/** Whether it asked for the same, and was refused for the same reasons. */
	boolean isSameRefusalAs(LoggedChange other) {
		return isRefused() && other.isRefused() && isOfSameSwitchAs(other)
				&& Objects.equals(this.change.after(), other.change.after())
				&& this.change.by().equals(other.change.by()) && this.change.origin() == other.change.origin()
				&& Objects.equals(this.change.reason(), other.change.reason())
				&& this.change.findings().equals(other.change.findings());
	}

	/** Whether it led to the same switch, as seen by another process. */
	boolean isSameEditAs(LoggedChange other) {
		return (isObserved() || other.isObserved()) && isOfSameSwitchAs(other) && this.stateAt != null
				&& this.stateAt.equals(other.stateAt) && Objects.equals(this.state, other.state);
	}

	/** Whether the file was written with the same content. */
	boolean isRewriteAfter(LoggedChange other) {
		return this.change.origin() == SwitchOrigin.FILE && other.change.origin() == SwitchOrigin.FILE
				&& Objects.equals(this.change.before(), this.change.after())
				&& Objects.equals(this.change.after(), other.change.after());
	}

	LoggedChange repeatedBy(LoggedChange again) {
		return new LoggedChange(this.change.joinedWith(again.change), again.stateAt, again.state);
	}

}
