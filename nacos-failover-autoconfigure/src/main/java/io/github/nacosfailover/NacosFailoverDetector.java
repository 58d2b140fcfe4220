package io.github.nacosfailover;

import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.exception.UnknownNamespaceException;
import io.github.nacosfailover.exception.UnknownServiceException;
import io.github.nacosfailover.report.DetectorReport;
import io.github.nacosfailover.report.DrillStatus;
import io.github.nacosfailover.request.DetectorMode;
import io.github.nacosfailover.request.DrillRequest;
import org.jspecify.annotations.Nullable;

/**
 * The detector of lost registrations, and drills. There is one bean of this type per
 * application context. Safe for use by any thread.
 */
public interface NacosFailoverDetector {

	/**
	 * What the detector does, and what it does not find normal.
	 * @return the report, as of the last second
	 */
	DetectorReport report();

	/**
	 * Changes the mode until the process ends.
	 * @param mode the mode
	 * @param by who asks
	 * @param reason why, if given
	 * @param origin the way the request came
	 */
	void setMode(DetectorMode mode, String by, @Nullable String reason, SwitchOrigin origin);

	/**
	 * Ends the hold of a service, and lets it be held again if it was held too often.
	 * @param namespace the namespace, {@code null} for all
	 * @param service the service
	 * @param by who asks
	 * @param origin the way the request came
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws UnknownServiceException if the detector finds nothing wrong with it
	 */
	void acknowledge(@Nullable String namespace, String service, String by, SwitchOrigin origin);

	/**
	 * Serves from backups for a while, in this process alone, and goes back by itself.
	 * @param request what to do
	 * @return the drill that has begun
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws UnknownServiceException if the service has no backup
	 * @throws FailoverRefusedException if something speaks against it; nothing has
	 * changed
	 * @throws IllegalArgumentException if the duration is not positive, or the namespace
	 * is needed and missing
	 */
	DrillStatus drill(DrillRequest request);

}
