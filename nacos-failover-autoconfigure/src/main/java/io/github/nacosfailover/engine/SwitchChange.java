package io.github.nacosfailover.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.request.ServiceSwitchRequest;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.request.SwitchScope;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * A requested change of the switch.
 *
 * @param service the service, {@code null} for the switch of the namespace
 * @param enabled on or off, {@code null} for a service that is to follow its namespace
 * @param by who asks
 * @param origin the way it came
 * @param reason why
 * @param at when it was asked for
 * @param until when it should end
 * @param force whether to override guards
 * @param scope how far it reaches
 * @param terms what it depends on
 */
record SwitchChange(@Nullable ServiceKey service, @Nullable Boolean enabled, String by, SwitchOrigin origin,
		@Nullable String reason, Instant at, @Nullable Instant until, boolean force, SwitchScope scope, Terms terms) {

	static SwitchChange of(SwitchRequest request) {
		Instant now = Instant.now();
		Duration duration = Boolean.TRUE.equals(request.enabled()) ? request.duration() : null;
		return new SwitchChange(null, request.enabled(), request.by(), request.origin(), request.reason(), now,
				(duration != null) ? now.plus(duration) : null, request.force(), request.scope(),
				(request.plan() != null) ? new Terms(request.plan(), true, false, null) : Terms.NONE);
	}

	/**
	 * The same for some of the instances first.
	 * @param stage how it begins
	 * @return the change
	 */
	SwitchChange staged(StageStart stage) {
		return new SwitchChange(this.service, this.enabled, this.by, this.origin, this.reason, this.at, this.until,
				this.force, this.scope, new Terms(plan(), this.terms.sameSwitch(), whole(), stage));
	}

	static SwitchChange of(ServiceKey service, ServiceSwitchRequest request) {
		return new SwitchChange(service, request.enabled(), request.by(), request.origin(), request.reason(),
				Instant.now(), null, request.force(), SwitchScope.ALL, Terms.NONE);
	}

	static SwitchChange of(SwitchEnd end) {
		return new SwitchChange(end.service(), end.enabled(), end.by(), end.origin(), end.reason(), Instant.now(), null,
				false, SwitchScope.ALL, new Terms(null, true, end.whole(), null));
	}

	@Nullable String plan() {
		return this.terms.plan();
	}

	/** How it begins with some of the instances, {@code null} if with all. */
	@Nullable StageStart stage() {
		return this.terms.stage();
	}

	/** Whether guards must find nothing at all. */
	boolean whole() {
		return this.terms.whole();
	}

	/**
	 * Looks once more whether it is still what was asked for, immediately before it is
	 * written.
	 * @param examined the switch that was examined
	 * @param known the switch there is
	 * @throws FailoverRefusedException if somebody has switched in between
	 */
	void check(SwitchState examined, SwitchState known) {
		if (this.terms.sameSwitch() && this.scope == SwitchScope.ALL
				&& (known.enabled() != examined.enabled() || !known.exceptions().equals(examined.exceptions())
						|| !Objects.equals(known.runningStage(), examined.runningStage()))) {
			throw new FailoverRefusedException(List.of("it was switched in the meantime"));
		}
	}

	/** Whether this process is to follow the others again. */
	boolean isFollow() {
		return this.service == null && this.enabled == null;
	}

	SwitchState applyTo(SwitchState state) {
		if (this.service == null) {
			return applyToSwitch(state);
		}
		Map<ServiceKey, Boolean> exceptions = new HashMap<>(state.exceptions());
		if (this.enabled != null) {
			exceptions.put(this.service, this.enabled);
		}
		else {
			exceptions.remove(this.service);
		}
		return state.withExceptions(exceptions);
	}

	/**
	 * The switch that is written: what it leads to, or the stage that leads to it.
	 */
	SwitchState writtenFrom(SwitchState known) {
		StageStart stage = stage();
		return (stage != null) ? stage.begin(this, known) : applyTo(known);
	}

	/**
	 * A switch that is as it should be already keeps what is not given: who has flipped
	 * it and when, why, and until when.
	 */
	private SwitchState applyToSwitch(SwitchState state) {
		boolean on = Boolean.TRUE.equals(this.enabled);
		boolean flips = state.enabled() != on || state.at() == null;
		return new SwitchState(on, flips ? this.at : state.at(), flips ? this.by : state.by(),
				(flips || this.reason != null) ? reasonOrNone() : state.reason(),
				(flips || this.until != null) ? this.until : state.until(), state.exceptions());
	}

	/** An empty reason is given to remove one. */
	private @Nullable String reasonOrNone() {
		return (this.reason != null && this.reason.isEmpty()) ? null : this.reason;
	}

	/**
	 * Describes what has become of it.
	 * @param before the view before
	 * @param state the switch that it has led to, or that there still is
	 */
	SwitchChangedEvent toEvent(FailoverNamespace namespace, View before, SwitchState state, SwitchOutcome outcome,
			List<String> findings) {
		Boolean was = (this.service != null) ? before.failoverSwitch().exceptions().get(this.service)
				: (Boolean) before.isOn();
		boolean switched = this.service == null && outcome != SwitchOutcome.REFUSED;
		Instant until = switched ? state.until() : this.until;
		return new SwitchChangedEvent(this.at, namespace.name(),
				(this.service != null) ? this.service.toString() : null, was, this.enabled, this.by, this.origin,
				this.reason, until, outcome, findings);
	}

	/**
	 * What a change depends on.
	 *
	 * @param plan the id of the plan that it is made by, {@code null} if by none
	 * @param sameSwitch whether the switch has to be the one that was examined
	 * @param whole whether guards must find nothing at all
	 * @param stage how it begins with some of the instances, {@code null} if with all
	 */
	record Terms(@Nullable String plan, boolean sameSwitch, boolean whole, @Nullable StageStart stage) {

		static final Terms NONE = new Terms(null, false, false, null);

	}

}
