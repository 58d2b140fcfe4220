package io.github.nacosfailover.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.nacosfailover.detector.DetectorRules;
import io.github.nacosfailover.detector.DetectorSettings;
import io.github.nacosfailover.request.DetectorMode;
import io.github.nacosfailover.spring.property.InvalidFailoverPropertyException;

/**
 * Properties of the detector of lost registrations.
 */
public class DetectorProperties {

	private static final String PREFIX = "nacos.failover.detector.";

	/**
	 * What it does about services that the server has lost instances of which still
	 * answer: nothing at all, show it, suggest what to do, or serve the instances.
	 */
	private DetectorMode mode = DetectorMode.OBSERVE;

	/**
	 * Whether it acts only if a drill has succeeded within 30 days. Without one, the mode
	 * 'act' works as 'suggest'.
	 */
	private boolean requireDrill = true;

	/**
	 * How long a process observes before it serves anything by itself.
	 */
	private Duration warmUp = Duration.ofMinutes(5);

	/**
	 * How long a loss has to last before missing instances that answer are served. Should
	 * be longer than instances that are taken out on purpose go on answering.
	 */
	private Duration confirmLoss = Duration.ofSeconds(10);

	/**
	 * Health indicators that have to be up for a drill to start and to go on, by the
	 * names of their paths at the health endpoint.
	 */
	private List<String> drillHealth = new ArrayList<>();

	public DetectorMode getMode() {
		return this.mode;
	}

	public void setMode(DetectorMode mode) {
		this.mode = mode;
	}

	public boolean isRequireDrill() {
		return this.requireDrill;
	}

	public void setRequireDrill(boolean requireDrill) {
		this.requireDrill = requireDrill;
	}

	public Duration getWarmUp() {
		return this.warmUp;
	}

	public void setWarmUp(Duration warmUp) {
		this.warmUp = warmUp;
	}

	public Duration getConfirmLoss() {
		return this.confirmLoss;
	}

	public void setConfirmLoss(Duration confirmLoss) {
		this.confirmLoss = confirmLoss;
	}

	public List<String> getDrillHealth() {
		return this.drillHealth;
	}

	public void setDrillHealth(List<String> drillHealth) {
		this.drillHealth = drillHealth;
	}

	void validate() {
		if (this.warmUp.isNegative()) {
			throw new InvalidFailoverPropertyException(PREFIX + "warm-up", this.warmUp, "it is negative",
					"Set a duration such as '5m'");
		}
		if (this.confirmLoss.isNegative()) {
			throw new InvalidFailoverPropertyException(PREFIX + "confirm-loss", this.confirmLoss, "it is negative",
					"Set a duration such as '45s'");
		}
	}

	DetectorSettings toSettings(double maxShrink, double minLive) {
		return new DetectorSettings(this.mode, this.requireDrill, this.warmUp,
				DetectorRules.defaults(maxShrink, minLive).withConfirmLoss(this.confirmLoss));
	}

}
