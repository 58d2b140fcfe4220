package io.github.nacosfailover.backup;

import java.util.Comparator;
import java.util.Map;

import com.alibaba.nacos.api.naming.pojo.Instance;
import org.jspecify.annotations.Nullable;

/**
 * Orders instances by their address and cluster, so that it does not matter who has told
 * of them in which order.
 */
final class CanonicalOrder implements Comparator<Instance> {

	static final CanonicalOrder INSTANCE = new CanonicalOrder();

	/** Tells instances apart that should not both be there. */
	private static final Comparator<Instance> SAME_ADDRESS = Comparator
		.comparing(Instance::getInstanceId, CanonicalOrder::compare)
		.thenComparing(Instance::getServiceName, CanonicalOrder::compare)
		.thenComparingDouble(Instance::getWeight)
		.thenComparing(Instance::isHealthy)
		.thenComparing(Instance::isEnabled)
		.thenComparing(Instance::isEphemeral)
		.thenComparing((instance) -> String.valueOf(metadata(instance)));

	private CanonicalOrder() {
	}

	@Override
	public int compare(Instance one, Instance other) {
		int order = compare(one.getIp(), other.getIp());
		if (order == 0) {
			order = Integer.compare(one.getPort(), other.getPort());
		}
		if (order == 0) {
			order = compare(one.getClusterName(), other.getClusterName());
		}
		return (order != 0) ? order : SAME_ADDRESS.compare(one, other);
	}

	/** Only looked at: what a backup holds must not become a caller's. */
	private static @Nullable Map<String, String> metadata(Instance instance) {
		return (instance instanceof BackupInstance held) ? held.heldMetadata() : instance.getMetadata();
	}

	private static int compare(@Nullable String one, @Nullable String other) {
		if (one == null || other == null) {
			return Boolean.compare(one != null, other != null);
		}
		return one.compareTo(other);
	}

}
