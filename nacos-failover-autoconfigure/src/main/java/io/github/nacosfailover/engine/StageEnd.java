package io.github.nacosfailover.engine;

import java.util.List;
import java.util.Map;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.source.SwitchStage;
import io.github.nacosfailover.source.SwitchStage.State;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * What is to become of a stage of the switch.
 *
 * @param id the stage
 * @param state its state from then on
 * @param by who asks
 * @param origin the way that came
 * @param detail why, {@code null} if the others follow
 * @param force whether to override guards
 */
public record StageEnd(String id, State state, String by, SwitchOrigin origin, @Nullable String detail, boolean force) {

	/**
	 * The stage as it is now.
	 * @param known the switch there is
	 * @return the stage
	 * @throws FailoverRefusedException if it has come to an end
	 */
	SwitchStage of(SwitchState known) {
		SwitchStage stage = known.runningStage();
		if (stage == null || !stage.id().equals(this.id)) {
			throw new FailoverRefusedException(List.of("the stage has come to an end"));
		}
		if (this.origin == SwitchOrigin.STAGE && this.state == State.DONE && stage.state() != State.RUNNING) {
			throw new FailoverRefusedException(List.of("the stage was stopped: " + stage.detail()));
		}
		return stage;
	}

	/**
	 * The change that guards examine: that of a whole fleet, whichever part of it this
	 * process belongs to.
	 * @param view the view there is
	 * @param stage the stage
	 * @return the change, {@code null} if guards have no say
	 */
	SwitchGuard.@Nullable Change change(View view, SwitchStage stage) {
		Map<ServiceKey, Boolean> exceptions = view.failoverSwitch().exceptions();
		View without = view.with(stage.before().withExceptions(exceptions));
		View with = view.with(stage.to().withExceptions(exceptions));
		if (this.state == State.DONE) {
			return new SwitchGuard.Change(without, with, stage.plan());
		}
		// What was on before the stage need not prove that it may be on.
		return (this.state == State.STOPPED && !stage.before().enabled()) ? new SwitchGuard.Change(with, without)
				: null;
	}

	/** Whether it is carried out before guards have examined it. */
	boolean isUnexamined(SwitchStage stage) {
		return isForced(stage) && (this.state != State.DONE || stage.plan() == null);
	}

	private boolean isForced(SwitchStage stage) {
		return this.force || (this.state == State.DONE && stage.force());
	}

	/** Whether the findings of guards allow it. */
	boolean isAllowedBy(SwitchGuard.Findings findings, FailoverNamespace namespace, SwitchStage stage) {
		if (findings.changedPlan() != null) {
			return false;
		}
		return isForced(stage) || findings.of(namespace).allowed();
	}

}
