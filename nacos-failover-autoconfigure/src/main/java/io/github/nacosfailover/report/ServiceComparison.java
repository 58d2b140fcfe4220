package io.github.nacosfailover.report;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.alibaba.nacos.api.naming.pojo.Instance;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The backup of a service against what the server last reported. The differences lead
 * from the backup to live.
 *
 * @param service {@code group@@service}
 * @param namespace the namespace
 * @param backup the instances of the backup, empty if there is none
 * @param live the instances the server last reported, empty if it reported none
 * @param added instances that are live only
 * @param removed instances that are in the backup only
 * @param changed instances of the same address that differ, as they are live
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ServiceComparison(String service, String namespace, List<InstanceStatus> backup,
		List<InstanceStatus> live, List<InstanceStatus> added, List<InstanceStatus> removed,
		List<InstanceStatus> changed) {

	/**
	 * An instance.
	 *
	 * @param ip its address
	 * @param port its port
	 * @param weight its weight
	 * @param healthy whether it is healthy
	 * @param enabled whether it takes requests
	 * @param ephemeral whether it is kept by a connection
	 * @param clusterName its cluster
	 * @param metadata its metadata
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record InstanceStatus(String ip, int port, double weight, boolean healthy, boolean enabled,
			boolean ephemeral, @JsonProperty("clusterName") @Nullable String clusterName,
			Map<String, String> metadata) {

		/**
		 * Describes an instance.
		 * @param instance the instance
		 * @return its description
		 */
		public static InstanceStatus of(Instance instance) {
			Map<String, String> metadata = instance.getMetadata();
			return new InstanceStatus(instance.getIp(), instance.getPort(), instance.getWeight(), instance.isHealthy(),
					instance.isEnabled(), instance.isEphemeral(), instance.getClusterName(),
					(metadata != null) ? new TreeMap<>(metadata) : Map.of());
		}

	}

}
