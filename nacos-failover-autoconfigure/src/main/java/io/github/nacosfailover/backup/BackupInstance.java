package io.github.nacosfailover.backup;

import java.io.Serial;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import com.alibaba.nacos.api.naming.pojo.Instance;
import org.jspecify.annotations.Nullable;

/**
 * An instance of a backup: either held by the backup and never changed, or a copy for a
 * caller, who may change it. The metadata of a copy is copied on first access, since most
 * callers only need address and port.
 */
final class BackupInstance extends Instance implements Cloneable {

	@Serial
	private static final long serialVersionUID = 1L;

	/** Whether the metadata is not shared; shared metadata must not be returned. */
	private transient volatile boolean metadataOwned;

	/** Create an instance to be filled and then passed to a backup. */
	BackupInstance() {
	}

	/**
	 * Return an equal instance for a backup: the given one if it is of this class, else a
	 * copy that shares the metadata.
	 */
	static BackupInstance of(Instance source) {
		if (source instanceof BackupInstance held) {
			held.metadataOwned = false;
			return held;
		}
		BackupInstance held = new BackupInstance();
		held.setInstanceId(source.getInstanceId());
		held.setIp(source.getIp());
		held.setPort(source.getPort());
		held.setWeight(source.getWeight());
		held.setHealthy(source.isHealthy());
		held.setEnabled(source.isEnabled());
		held.setEphemeral(source.isEphemeral());
		held.setClusterName(source.getClusterName());
		held.setServiceName(source.getServiceName());
		held.setMetadata(source.getMetadata());
		held.metadataOwned = false;
		return held;
	}

	/**
	 * Create a copy for a caller, which shares the metadata until that is accessed. A
	 * clone, since the constructor would create metadata for nothing.
	 */
	BackupInstance copy() {
		try {
			BackupInstance copy = (BackupInstance) super.clone();
			copy.metadataOwned = false;
			return copy;
		}
		catch (CloneNotSupportedException ex) {
			throw new AssertionError(ex);
		}
	}

	/**
	 * Whether all fields of another instance are equal. {@code equals} compares a text,
	 * which may be the same for different metadata.
	 */
	boolean sameAs(BackupInstance other) {
		return other == this || (equals(other) && Objects.equals(heldMetadata(), other.heldMetadata()));
	}

	/** The metadata itself, which must not be changed or returned to callers. */
	@Nullable Map<String, String> heldMetadata() {
		return super.getMetadata();
	}

	@Override
	public @Nullable Map<String, String> getMetadata() {
		if (!this.metadataOwned) {
			copyMetadata();
		}
		return super.getMetadata();
	}

	private synchronized void copyMetadata() {
		if (!this.metadataOwned) {
			Map<String, String> shared = super.getMetadata();
			super.setMetadata((shared != null) ? new LinkedHashMap<>(shared) : null);
			this.metadataOwned = true;
		}
	}

	@Override
	public synchronized void setMetadata(@Nullable Map<String, String> metadata) {
		super.setMetadata(metadata);
		this.metadataOwned = true;
	}

	@Override
	public void addMetadata(String key, String value) {
		getMetadata();
		super.addMetadata(key, value);
	}

	@Override
	public boolean equals(Object other) {
		return super.equals(other);
	}

	@Override
	public int hashCode() {
		return super.hashCode();
	}

	@Serial
	private Object writeReplace() {
		Instance plain = new Instance();
		plain.setInstanceId(getInstanceId());
		plain.setIp(getIp());
		plain.setPort(getPort());
		plain.setWeight(getWeight());
		plain.setHealthy(isHealthy());
		plain.setEnabled(isEnabled());
		plain.setEphemeral(isEphemeral());
		plain.setClusterName(getClusterName());
		plain.setServiceName(getServiceName());
		plain.setMetadata(getMetadata());
		return plain;
	}

}
