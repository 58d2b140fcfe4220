package io.github.nacosfailover.engine;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.nacosfailover.source.SwitchState;

/**
 * The result of a change in each namespace, which guards examine before it is made.
 */
final class ExaminedChanges {

	private ExaminedChanges() {
	}

	static Map<FailoverNamespace, SwitchGuard.Change> of(Collection<FailoverNamespace> targets, SwitchChange change) {
		if (change.plan() != null && targets.size() > 1) {
			throw new IllegalArgumentException("'plan' is for one namespace; add 'namespace', one of "
					+ String.join(", ", targets.stream().map(FailoverNamespace::name).toList()));
		}
		Map<FailoverNamespace, SwitchGuard.Change> changes = new LinkedHashMap<>();
		targets.forEach((target) -> {
			View before = target.view();
			changes.put(target, new SwitchGuard.Change(before, before.with(after(target, change)), change.plan()));
		});
		return changes;
	}

	/** What guards have looked at may be another thing when they have done so. */
	static SwitchGuard.Findings examine(SwitchGuard guard, Map<FailoverNamespace, SwitchGuard.Change> changes,
			SwitchChange change) {
		SwitchGuard.Findings findings = guard.examine(changes);
		if (change.plan() != null
				&& changes.entrySet().stream().anyMatch((entry) -> isOvertaken(entry.getKey(), entry.getValue()))) {
			changes.putAll(of(changes.keySet(), change));
			findings = guard.examine(changes);
		}
		return findings;
	}

	private static boolean isOvertaken(FailoverNamespace target, SwitchGuard.Change change) {
		View now = target.view();
		return now.backups() != change.before().backups()
				|| !now.failoverSwitch().equals(change.before().failoverSwitch());
	}

	/**
	 * The switch that a change leads to, as far as can be determined before it is
	 * written.
	 */
	static SwitchState after(FailoverNamespace target, SwitchChange change) {
		if (change.isFollow()) {
			SwitchState shared = target.store().state().failoverSwitch();
			return (shared != null) ? shared : SwitchState.OFF;
		}
		return change.applyTo(target.view().failoverSwitch());
	}

}
