package io.github.nacosfailover.actuate.endpoint;

import io.github.nacosfailover.report.PreflightReport;
import io.github.nacosfailover.report.SwitchHistory;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.jmx.annotation.EndpointJmxExtension;
import org.springframework.lang.Nullable;

/**
 * {@link EndpointJmxExtension @EndpointJmxExtension} that gives operations of their own
 * to what has a name of its own over HTTP.
 */
@EndpointJmxExtension(endpoint = NacosFailoverEndpoint.class)
public class NacosFailoverEndpointJmxExtension {

	private final NacosFailoverEndpoint delegate;

	public NacosFailoverEndpointJmxExtension(NacosFailoverEndpoint delegate) {
		this.delegate = delegate;
	}

	/**
	 * What would come of a switch.
	 * @param namespace the namespace, all if not given
	 * @param probe {@code true} to try to connect to the instances of the backups
	 * @return the report
	 */
	@ReadOperation
	public PreflightReport preflight(@Nullable String namespace, @Nullable String probe) {
		return this.delegate.preflight(namespace, probe);
	}

	/**
	 * The last changes of the switch.
	 * @param namespace the namespace, all if not given
	 * @return the changes, newest first
	 */
	@ReadOperation
	public SwitchHistory history(@Nullable String namespace) {
		return this.delegate.history(namespace);
	}

}
