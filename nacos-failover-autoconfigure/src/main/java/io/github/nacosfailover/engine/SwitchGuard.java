package io.github.nacosfailover.engine;

import java.util.List;
import java.util.Map;

import io.github.nacosfailover.PreflightReport;
import io.github.nacosfailover.PreflightReport.Verdict;
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
	 * A change of what is served.
	 *
	 * @param before the view before it
	 * @param after the view after it
	 */
	record Change(View before, View after) {

	}

	/**
	 * What a guard has found.
	 *
	 * @param verdicts what it says about each change; none for those it has nothing to
	 * say about
	 * @param preflight what it has looked at, {@code null} if nothing
	 */
	record Findings(Map<FailoverNamespace, Verdict> verdicts, @Nullable PreflightReport preflight) {

		private static final Verdict ALLOWED = new Verdict(List.of(), List.of());

		static final Findings NOTHING = new Findings(Map.of(), null);

		/**
		 * What there is to say about the change of a namespace.
		 * @param namespace the namespace
		 * @return the verdict
		 */
		public Verdict of(FailoverNamespace namespace) {
			return this.verdicts.getOrDefault(namespace, ALLOWED);
		}

		boolean allow() {
			return this.verdicts.values().stream().allMatch(Verdict::allowed);
		}

	}

}
