package io.github.nacosfailover.actuate.endpoint;

import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.report.DetectorReport;
import io.github.nacosfailover.report.DrillStatus;
import io.github.nacosfailover.report.FailoverStatus;
import io.github.nacosfailover.report.PreflightReport;
import io.github.nacosfailover.report.SwitchHistory;
import io.github.nacosfailover.request.DrillRequest;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
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
	 * What is switched and served now, with some of the services.
	 * @param service a part of the names of the services to describe, all if not given
	 * @param namespace the namespace, all if not given
	 * @param limit number of services to describe at most
	 * @param offset number of services to leave out
	 * @return the status
	 */
	@ReadOperation
	public FailoverStatus page(@Nullable String service, @Nullable String namespace, @Nullable String limit,
			@Nullable String offset) {
		return this.delegate.page(service, namespace, limit, offset);
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

	/**
	 * What the detector finds.
	 * @return the report
	 */
	@ReadOperation
	public DetectorReport detector() {
		return this.delegate.detector().report();
	}

	/**
	 * Serves from backups for a while, in this process alone.
	 * @param duration how long, such as {@code 10m}
	 * @param service the service, all of the namespace if not given
	 * @param namespace the namespace, if there are several
	 * @param reason why
	 * @return the drill that has begun
	 */
	@WriteOperation
	public DrillStatus drill(String duration, @Nullable String service, @Nullable String namespace,
			@Nullable String reason) {
		return this.delegate.detector()
			.drill(new DrillRequest(namespace, service, FieldValues.required("duration", duration), "jmx", reason,
					SwitchOrigin.JMX));
	}

	/**
	 * Changes the mode of the detector.
	 * @param mode {@code off}, {@code observe}, {@code suggest} or {@code act}
	 * @param reason why
	 * @return the report
	 */
	@WriteOperation
	public DetectorReport setDetectorMode(String mode, @Nullable String reason) {
		this.delegate.detector().setMode(FieldValues.detectorMode(mode), "jmx", reason, SwitchOrigin.JMX);
		return detector();
	}

}
