package io.github.nacosfailover.actuate.endpoint;

import java.time.Duration;
import java.util.List;

import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.request.StageEndRequest;
import io.github.nacosfailover.request.StageRequest;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.request.SwitchScope;
import io.github.nacosfailover.request.WhenSafeRequest;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a request to switch, as they were sent: what they ask for depends on
 * which of them are there.
 *
 * @param enabled on or off
 * @param namespace the namespace
 * @param reason why
 * @param duration after which it should end
 * @param force whether to override guards
 * @param scope how far it reaches
 * @param waitTime how long to wait for all that share the store
 * @param plan the id of a plan
 * @param whenSafe how long to wait until it is safe
 * @param services services to go back by themselves
 * @param stage which instances switch first and for how long, or what becomes of those
 * @param by who asks
 * @param origin the way it came
 */
record FlipRequest(@Nullable Boolean enabled, @Nullable String namespace, @Nullable String reason,
		@Nullable String duration, @Nullable Boolean force, @Nullable String scope, @Nullable String waitTime,
		@Nullable String plan, @Nullable String whenSafe, @Nullable List<String> services, @Nullable String stage,
		String by, SwitchOrigin origin) {

	private static final String STOP = "stop";

	private static final String CONTINUE = "continue";

	/** Whether it ends a stage before its time. */
	boolean isStageEnd() {
		return STOP.equals(this.stage) || CONTINUE.equals(this.stage);
	}

	/** Whether some instances switch first. */
	boolean isStaged() {
		return this.stage != null && !isStageEnd();
	}

	StageEndRequest stageEnd() {
		if (this.enabled != null || this.duration != null || this.scope != null || this.waitTime != null
				|| this.plan != null || this.whenSafe != null || this.services != null) {
			throw new IllegalArgumentException(
					"With \"stage\": \"%s\" only 'namespace', 'reason' and 'force' may be given; leave the others out"
						.formatted(this.stage));
		}
		return new StageEndRequest(this.namespace, CONTINUE.equals(this.stage), this.by, this.reason,
				Boolean.TRUE.equals(this.force), this.origin);
	}

	/** Whether it is to be carried out later. */
	boolean isWhenSafe() {
		if (this.services != null && this.whenSafe == null) {
			throw new IllegalArgumentException(
					"'services' means nothing without 'whenSafe'; leave it out, or add " + "\"whenSafe\": \"30m\"");
		}
		return this.whenSafe != null;
	}

	SwitchRequest now() {
		StageRequest stage = FieldValues.stage(this.stage);
		SwitchScope reach = FieldValues.scope(this.scope);
		if (this.enabled == null && reach != SwitchScope.LOCAL) {
			throw new IllegalArgumentException(
					"'enabled' is missing; send {\"enabled\": true} or {\"enabled\": false}");
		}
		return new SwitchRequest(this.enabled, this.namespace, this.by, this.reason,
				DurationText.parse("duration", this.duration), Boolean.TRUE.equals(this.force), this.origin, reach,
				DurationText.parse("wait", this.waitTime), this.plan, stage);
	}

	WhenSafeRequest later() {
		if (!Boolean.FALSE.equals(this.enabled)) {
			throw new IllegalArgumentException("'whenSafe' is for switching off; send it with \"enabled\": false");
		}
		if (this.duration != null || Boolean.TRUE.equals(this.force) || this.scope != null || this.waitTime != null
				|| this.plan != null || this.stage != null) {
			throw new IllegalArgumentException("'duration', 'force', 'scope', 'wait', 'plan' and 'stage' mean nothing "
					+ "with 'whenSafe'; leave them out");
		}
		if (this.services != null && this.services.isEmpty()) {
			throw new IllegalArgumentException("'services' is empty; leave it out to switch off the namespace");
		}
		Duration within = FieldValues.required("whenSafe", this.whenSafe);
		return new WhenSafeRequest(this.namespace, (this.services != null) ? this.services : List.of(), within, this.by,
				this.reason, this.origin);
	}

}
