package io.github.nacosfailover.backup;

import java.io.Serial;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import com.alibaba.nacos.api.naming.pojo.Instance;
import org.jspecify.annotations.Nullable;

/**
 * An instance of a backup: as held by the backup, which nobody changes, and as a caller's
 * own copy of that, which the caller may change. The metadata of a copy are copied when
 * first looked at, since most callers only want address and port.
 */
final class BackupInstance extends Instance implements Cloneable {

	@Serial
	private static final long serialVersionUID = 1L;

	/** Whether nobody else has the metadata; unless so, they must not be handed out. */
	private transient volatile boolean metadataOwned;

	/**
	 * An instance to be filled and then given to a backup.
	 */
	BackupInstance() {
	}

	/**
	 * What a backup holds of an instance.
	 * @param source the instance, which is taken over if it is of this class, and
	 * otherwise its metadata are
	 * @return an instance equal to it
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
	 * A caller's own copy. Cloned, since a constructor would make metadata in vain.
	 * @return the copy, which has the metadata of this one until they are looked at,
	 * whoever owns those
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
	 * Whether another instance says the same. Equality goes by a text, which several
	 * metadata may share.
	 * @param other the instance to compare with
	 * @return {@code true} if nobody could tell them apart
	 */
	boolean sameAs(BackupInstance other) {
		return other == this || (equals(other) && Objects.equals(heldMetadata(), other.heldMetadata()));
	}

	/**
	 * The metadata as they are held, for those who only look.
	 * @return metadata that must not be changed nor handed out
	 */
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
