package io.github.nacosfailover.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.report.PreflightReport;
import io.github.nacosfailover.report.PreflightReport.Verdict;
import io.github.nacosfailover.report.SwitchPlan;
import io.github.nacosfailover.thread.Faults;
import org.jspecify.annotations.Nullable;

/**
 * Tells what speaks against a change of the switch. May ask the server, within seconds.
 */
public interface SwitchGuard {

	/** Has nothing against anything. */
	SwitchGuard NONE = (changes) -> Findings.NOTHING;

	/**
	 * Examines changes that are to be made together.
	 * @param changes the changes by namespace; made already, if nobody has asked
	 * @return what there is to say
	 */
	Findings examine(Map<FailoverNamespace, Change> changes);

	/**
	 * Examines changes that another process has made. Each process of a fleet sees them,
	 * so a guard may leave out what it would have to ask the server much for.
	 * @param changes the changes by namespace
	 * @return what there is to say
	 */
	default Findings examineMade(Map<FailoverNamespace, Change> changes) {
		return examine(changes);
	}

	/**
	 * A change of what is served.
	 *
	 * @param before the view before it
	 * @param after the view after it
	 * @param plan the id of the plan that it is made by, {@code null} if by none
	 */
	record Change(View before, View after, @Nullable String plan) {

		public Change(View before, View after) {
			this(before, after, null);
		}

	}

	/**
	 * What a guard has found.
	 *
	 * @param verdicts what it says about each change; none for those it has nothing to
	 * say about
	 * @param preflight what it has looked at, {@code null} if nothing
	 * @param live how many healthy live instances it has found, of the services that the
	 * server was asked for and has answered
	 * @param changedPlan what would change now, if that is not what the plan says that
	 * the change is made by
	 */
	record Findings(Map<FailoverNamespace, Verdict> verdicts, @Nullable PreflightReport preflight,
			Map<FailoverNamespace, Map<ServiceKey, Integer>> live, @Nullable SwitchPlan changedPlan) {

		private static final Verdict ALLOWED = new Verdict(List.of(), List.of());

		static final Findings NOTHING = new Findings(Map.of(), null);

		public Findings(Map<FailoverNamespace, Verdict> verdicts, @Nullable PreflightReport preflight) {
			this(verdicts, preflight, Map.of(), null);
		}

		/**
		 * What there is to say about the change of a namespace.
		 * @param namespace the namespace
		 * @return the verdict
		 */
		public Verdict of(FailoverNamespace namespace) {
			return this.verdicts.getOrDefault(namespace, ALLOWED);
		}

		/**
		 * How many healthy live instances services of a namespace have.
		 * @param namespace the namespace
		 * @return the numbers by service
		 */
		public Map<ServiceKey, Integer> healthy(FailoverNamespace namespace) {
			return this.live.getOrDefault(namespace, Map.of());
		}

		/**
		 * Examines what has been changed already: a guard that fails must not make it
		 * look failed.
		 */
		static Findings ask(Faults faults, Callable<Findings> guard) {
			Findings findings = faults.ask("guard of the switch", guard);
			return (findings != null) ? findings : NOTHING;
		}

		/**
		 * Why changes are refused.
		 * @param targets the namespaces
		 * @return the reasons, each with its namespace
		 */
		List<String> reasons(Collection<FailoverNamespace> targets) {
			List<String> reasons = new ArrayList<>();
			targets.forEach((target) -> of(target).refused()
				.forEach((reason) -> reasons.add("namespace '%s': %s".formatted(target.name(), reason))));
			return reasons;
		}

		/** Whether a change may be made. */
		boolean allow(SwitchChange change) {
			if (this.changedPlan != null) {
				return false;
			}
			return change.force() || this.verdicts.values()
				.stream()
				.allMatch((verdict) -> change.whole() ? verdict.all().isEmpty() : verdict.allowed());
		}

	}

}
