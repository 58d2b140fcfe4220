package io.github.nacosfailover.autoconfigure;

import io.github.nacosfailover.NacosFailoverSnapshots;
import io.github.nacosfailover.actuate.endpoint.NacosFailoverSnapshotsEndpoint;
import io.github.nacosfailover.actuate.endpoint.NacosFailoverSnapshotsEndpointWebExtension;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the {@link NacosFailoverSnapshotsEndpoint}.
 */
@AutoConfiguration(after = NacosFailoverAutoConfiguration.class)
@ConditionalOnAvailableEndpoint(NacosFailoverSnapshotsEndpoint.class)
@ConditionalOnBean(NacosFailoverSnapshots.class)
public final class NacosFailoverSnapshotsEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	NacosFailoverSnapshotsEndpoint nacosFailoverSnapshotsEndpoint(NacosFailoverSnapshots snapshots) {
		return new NacosFailoverSnapshotsEndpoint(snapshots);
	}

	@Bean
	@ConditionalOnMissingBean
	NacosFailoverSnapshotsEndpointWebExtension nacosFailoverSnapshotsEndpointWebExtension(
			NacosFailoverSnapshotsEndpoint endpoint) {
		return new NacosFailoverSnapshotsEndpointWebExtension(endpoint);
	}

}
