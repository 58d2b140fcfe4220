package io.github.nacosfailover.backup;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.alibaba.nacos.api.naming.pojo.Instance;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.jspecify.annotations.Nullable;

/**
 * The relevant fields of a service and of an instance in one class: a file may have
 * either.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY, getterVisibility = JsonAutoDetect.Visibility.NONE,
		isGetterVisibility = JsonAutoDetect.Visibility.NONE, setterVisibility = JsonAutoDetect.Visibility.NONE)
final class ServiceDocument {

	@Nullable String name;

	@Nullable String groupName;

	@Nullable List<Instance> hosts;

	@Nullable String instanceId;

	@Nullable String ip;

	int port;

	double weight = 1;

	boolean healthy = true;

	boolean enabled = true;

	boolean ephemeral = true;

	@Nullable String clusterName;

	@Nullable String serviceName;

	@Nullable Map<String, String> metadata;

	@Nullable String qualifiedName() {
		if (this.name == null || this.name.isEmpty()) {
			return null;
		}
		return (this.groupName == null || this.groupName.isEmpty() || this.name.contains("@@")) ? this.name
				: this.groupName + "@@" + this.name;
	}

	Instance toInstance() {
		Instance instance = new Instance();
		instance.setInstanceId(this.instanceId);
		instance.setIp(this.ip);
		instance.setPort(this.port);
		instance.setWeight(this.weight);
		instance.setHealthy(this.healthy);
		instance.setEnabled(this.enabled);
		instance.setEphemeral(this.ephemeral);
		instance.setClusterName(this.clusterName);
		instance.setServiceName(this.serviceName);
		instance.setMetadata((this.metadata != null) ? this.metadata : new HashMap<>());
		return instance;
	}

}
