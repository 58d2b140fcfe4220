package io.github.nacosfailover.engine;

import java.util.function.Function;
import java.util.function.Supplier;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.report.DetectorStatus;
import io.github.nacosfailover.report.DrillStatus;
import io.github.nacosfailover.report.FailoverStatus.WhenSafeStatus;
import io.github.nacosfailover.report.LivenessStatus;
import io.github.nacosfailover.thread.Faults;
import org.jspecify.annotations.Nullable;

/**
 * What the detector, liveness, drills and ways back report about a namespace, for its
 * status. What fails to report counts as nothing to report, and is listed under the
 * problems of the namespace. Safe for use by any thread.
 */
public final class NamespaceReports {

	private final Faults faults;

	private volatile Function<ServiceKey, @Nullable DetectorStatus> detector = (key) -> null;

	private volatile Function<ServiceKey, @Nullable LivenessStatus> liveness = (key) -> null;

	private volatile Supplier<@Nullable DrillStatus> drill = () -> null;

	private volatile Supplier<@Nullable WhenSafeStatus> whenSafe = () -> null;

	NamespaceReports(Faults faults) {
		this.faults = faults;
	}

	/**
	 * Sets the supplier of the detector status of a service.
	 * @param detector returns {@code null} for services that it does not watch
	 */
	public void setDetector(Function<ServiceKey, @Nullable DetectorStatus> detector) {
		this.detector = detector;
	}

	/**
	 * A service as the detector sees it.
	 * @param key the service
	 * @return the status, {@code null} if it is not watched
	 */
	public @Nullable DetectorStatus detector(ServiceKey key) {
		return this.faults.ask("detector", () -> this.detector.apply(key));
	}

	/**
	 * Sets the supplier of the liveness of served backups.
	 * @param liveness returns {@code null} for services that are not served
	 */
	public void setLiveness(Function<ServiceKey, @Nullable LivenessStatus> liveness) {
		this.liveness = liveness;
	}

	/**
	 * Which instances of a served backup accept connections.
	 * @param key the service
	 * @return the status, {@code null} if the service is not served
	 */
	public @Nullable LivenessStatus liveness(ServiceKey key) {
		return this.faults.ask("liveness", () -> this.liveness.apply(key));
	}

	/**
	 * Sets the supplier of the last drill.
	 * @param drill returns {@code null} if there was none
	 */
	public void setDrill(Supplier<@Nullable DrillStatus> drill) {
		this.drill = drill;
	}

	/**
	 * The last drill.
	 * @return the drill, {@code null} if there was none
	 */
	public @Nullable DrillStatus drill() {
		return this.faults.ask("drill", () -> this.drill.get());
	}

	/**
	 * Sets the supplier of the way back that is armed.
	 * @param whenSafe returns {@code null} if there is none
	 */
	public void setWhenSafe(Supplier<@Nullable WhenSafeStatus> whenSafe) {
		this.whenSafe = whenSafe;
	}

	/**
	 * The way back that is armed.
	 * @return the way back, {@code null} if there is none
	 */
	public @Nullable WhenSafeStatus whenSafe() {
		return this.faults.ask("way back", () -> this.whenSafe.get());
	}

}
