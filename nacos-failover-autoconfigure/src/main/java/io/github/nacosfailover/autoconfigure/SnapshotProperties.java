package io.github.nacosfailover.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

import io.github.nacosfailover.snapshot.SnapshotSettings;
import io.github.nacosfailover.snapshot.SnapshotSettings.Scope;
import io.github.nacosfailover.spring.property.InvalidFailoverPropertyException;
import io.github.nacosfailover.spring.property.Percentage;
import io.github.nacosfailover.store.disk.Retention;
import org.springframework.util.unit.DataSize;

/**
 * Properties of snapshots.
 */
public class SnapshotProperties {

	private static final String PREFIX = "nacos.failover.snapshot.";

	/**
	 * Whether to write backups of the services in use by themselves.
	 */
	private boolean enabled = true;

	/**
	 * Time from a change at the server to its snapshot. Changes within that time go into
	 * one.
	 */
	private Duration delay = Duration.ofSeconds(10);

	/**
	 * How often to compare every backup with the server, changed or not.
	 */
	private Duration interval = Duration.ofMinutes(10);

	/**
	 * Which services to save.
	 */
	private Scope scope = Scope.USED;

	/**
	 * Groups to save with the scope 'namespace', beside DEFAULT_GROUP and those of the
	 * services in use: a client cannot ask the server for its groups.
	 */
	private List<String> groups = new ArrayList<>();

	/**
	 * Percentage of its healthy instances that a service may lose at once: '50%' or
	 * '0.5'. One that loses more keeps its backup until it has settled.
	 */
	private String maxShrink = "50%";

	/**
	 * How long a service that has lost too much has to stay as it is before its backup is
	 * replaced.
	 */
	private Duration settle = Duration.ofMinutes(15);

	/**
	 * Percentage of the services in use that may shrink at the same time: '20%' or '0.2'.
	 * If there are more, and more than one, all of them keep their backups however long
	 * it lasts.
	 */
	private String maxShrunkServices = "20%";

	/**
	 * Number of snapshots to keep, beside pinned ones.
	 */
	private int keep = 10;

	/**
	 * Size of all snapshots of a namespace on disk from which on the oldest ones go, even
	 * if there are fewer than are to be kept. Pinned ones and the newest one stay.
	 */
	private DataSize maxSize = DataSize.ofMegabytes(256);

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public Duration getDelay() {
		return this.delay;
	}

	public void setDelay(Duration delay) {
		this.delay = delay;
	}

	public Duration getInterval() {
		return this.interval;
	}

	public void setInterval(Duration interval) {
		this.interval = interval;
	}

	public Scope getScope() {
		return this.scope;
	}

	public void setScope(Scope scope) {
		this.scope = scope;
	}

	public List<String> getGroups() {
		return this.groups;
	}

	public void setGroups(List<String> groups) {
		this.groups = groups;
	}

	public String getMaxShrink() {
		return this.maxShrink;
	}

	public void setMaxShrink(String maxShrink) {
		this.maxShrink = maxShrink;
	}

	public Duration getSettle() {
		return this.settle;
	}

	public void setSettle(Duration settle) {
		this.settle = settle;
	}

	public String getMaxShrunkServices() {
		return this.maxShrunkServices;
	}

	public void setMaxShrunkServices(String maxShrunkServices) {
		this.maxShrunkServices = maxShrunkServices;
	}

	public int getKeep() {
		return this.keep;
	}

	public void setKeep(int keep) {
		this.keep = keep;
	}

	public DataSize getMaxSize() {
		return this.maxSize;
	}

	public void setMaxSize(DataSize maxSize) {
		this.maxSize = maxSize;
	}

	void validate() {
		InvalidFailoverPropertyException.requirePositive(PREFIX + "delay", this.delay, "10s");
		InvalidFailoverPropertyException.requirePositive(PREFIX + "interval", this.interval, "10m");
		if (this.settle.isNegative()) {
			throw new InvalidFailoverPropertyException(PREFIX + "settle", this.settle, "it is negative",
					"Set a duration such as '15m', or '0s' to let every change through");
		}
		maxShrink();
		maxShrunkServices();
		if (this.keep < 1) {
			throw new InvalidFailoverPropertyException(PREFIX + "keep", this.keep, "it is less than 1",
					"Set the number of snapshots to keep, or nacos.failover.snapshot.enabled=false to write none");
		}
		if (this.maxSize.toBytes() <= 0) {
			throw new InvalidFailoverPropertyException(PREFIX + "max-size", this.maxSize, "it is not positive",
					"Set a size such as '256MB'");
		}
	}

	private double maxShrink() {
		return Percentage.parse(PREFIX + "max-shrink", this.maxShrink);
	}

	private double maxShrunkServices() {
		return Percentage.parse(PREFIX + "max-shrunk-services", this.maxShrunkServices);
	}

	SnapshotSettings toSettings() {
		return new SnapshotSettings(this.enabled, this.delay, this.interval, this.scope, new HashSet<>(this.groups),
				maxShrink(), this.settle, maxShrunkServices());
	}

	Retention toRetention() {
		return new Retention(this.keep, this.maxSize.toBytes());
	}

}
