package io.github.nacosfailover.backup;

import java.io.Serial;
import java.util.LinkedHashMap;
import java.util.Map;

import com.alibaba.nacos.api.naming.pojo.Instance;
import org.jspecify.annotations.Nullable;

/**
 * A caller's own copy of an instance of a backup. The caller may change it; its metadata
 * are copied when first looked at, since most callers only want address and port.
 */
final class BackupInstance extends Instance {

	@Serial
	private static final long serialVersionUID = 1L;

	private final transient @Nullable Map<String, String> shared;

	private transient volatile boolean metadataOwned;

	BackupInstance(Instance source) {
		setInstanceId(source.getInstanceId());
		setIp(source.getIp());
		setPort(source.getPort());
		setWeight(source.getWeight());
		setHealthy(source.isHealthy());
		setEnabled(source.isEnabled());
		setEphemeral(source.isEphemeral());
		setClusterName(source.getClusterName());
		setServiceName(source.getServiceName());
		this.shared = source.getMetadata();
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
			super.setMetadata((this.shared != null) ? new LinkedHashMap<>(this.shared) : null);
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

	@Override
	public String toString() {
		getMetadata();
		return super.toString();
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
