package io.github.nacosfailover.backup;

import java.util.Comparator;
import java.util.Map;

import com.alibaba.nacos.api.naming.pojo.Instance;
import org.jspecify.annotations.Nullable;

/**
 * Orders instances by address and cluster, so that the order of their origin does not
 * matter.
 */
final class CanonicalOrder implements Comparator<Instance> {

	static final CanonicalOrder INSTANCE = new CanonicalOrder();

	/** For instances with the same address, which should not occur. */
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

	/** Not copied, since it is only read here. */
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
