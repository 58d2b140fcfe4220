package io.github.nacosfailover.engine;

import io.github.nacosfailover.request.SwitchScope;
import io.github.nacosfailover.source.FailoverSource;
import io.github.nacosfailover.store.LocalOverride;
import org.jspecify.annotations.Nullable;

/**
 * Reasons that {@code force} does not override: another source governs the switch.
 */
public final class SwitchObstacle {

	private SwitchObstacle() {
	}

	/**
	 * Tells why a change cannot be made here.
	 * @param target the namespace
	 * @param scope how far the change is to reach
	 * @return the reason and the cure, or {@code null} if nothing is known against it
	 */
	public static @Nullable String of(FailoverNamespace target, SwitchScope scope) {
		FailoverSource activeSource = target.view().activeSource();
		LocalOverride local = target.local();
		if (scope == SwitchScope.LOCAL) {
			if (local == null) {
				return "the store '%s' is not shared, so 'scope' means nothing; leave it out"
					.formatted(target.store().name());
			}
			return (activeSource != target.store() && activeSource != local) ? readOnly(activeSource) : null;
		}
		if (activeSource == local) {
			return "this instance has a switch of its own in %s; undo it first with {\"enabled\": null, \"scope\": "
				.formatted(activeSource.location()) + "\"local\"}, or change it with \"scope\": \"local\"";
		}
		return (activeSource != target.store()) ? readOnly(activeSource) : null;
	}

	private static String readOnly(FailoverSource activeSource) {
		return "source '%s' (%s) governs the switch and is read-only; switch it there".formatted(activeSource.name(),
				activeSource.type());
	}

}
