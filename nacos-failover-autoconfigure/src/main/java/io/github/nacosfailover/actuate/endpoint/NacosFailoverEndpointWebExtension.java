package io.github.nacosfailover.actuate.endpoint;

import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.exception.UnknownServiceException;
import io.github.nacosfailover.report.FailoverStatus;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.lang.Nullable;

/**
 * {@link EndpointWebExtension @EndpointWebExtension} that answers with the status codes
 * of the web.
 */
@EndpointWebExtension(endpoint = NacosFailoverEndpoint.class)
public class NacosFailoverEndpointWebExtension {

	private final NacosFailoverEndpoint delegate;

	public NacosFailoverEndpointWebExtension(NacosFailoverEndpoint delegate) {
		this.delegate = delegate;
	}

	/**
	 * What is switched and served now, or one service.
	 * @param service a service to compare; its name may have characters here that a path
	 * must not
	 * @param namespace the namespace of the service
	 * @return the answer
	 */
	@ReadOperation
	public WebEndpointResponse<?> status(@Nullable String service, @Nullable String namespace) {
		if (service == null) {
			return new WebEndpointResponse<FailoverStatus>(this.delegate.status());
		}
		return WebAnswers.answer(() -> found(service, namespace, this.delegate.compare(service, namespace)));
	}

	@ReadOperation
	public WebEndpointResponse<?> service(@Selector String service, @Nullable String namespace,
			@Nullable String probe) {
		return WebAnswers.answer(() -> found(service, namespace, this.delegate.service(service, namespace, probe)));
	}

	private WebEndpointResponse<?> found(String service, @Nullable String namespace, @Nullable Object found) {
		if (found == null) {
			throw new UnknownServiceException(service, this.delegate.similar(service, namespace));
		}
		return new WebEndpointResponse<>(found);
	}

	@WriteOperation
	public WebEndpointResponse<?> flip(SecurityContext securityContext, @Nullable String enabled,
			@Nullable String namespace, @Nullable String reason, @Nullable String duration, @Nullable String force,
			@Nullable String scope, @Nullable String wait, @Nullable String service) {
		String by = WebAnswers.caller(securityContext);
		if (service != null) {
			return WebAnswers.answer(() -> {
				if (duration != null || scope != null || wait != null) {
					throw new IllegalArgumentException(
							"'duration', 'scope' and 'wait' mean nothing for a service; leave them out");
				}
				return new WebEndpointResponse<FailoverStatus>(
						this.delegate.flipService(by, SwitchOrigin.HTTP, service, enabled, namespace, reason, force));
			});
		}
		return WebAnswers.answer(() -> new WebEndpointResponse<FailoverStatus>(
				this.delegate.flip(by, SwitchOrigin.HTTP, enabled, namespace, reason, duration, force, scope, wait)));
	}

	@WriteOperation
	public WebEndpointResponse<?> flipService(SecurityContext securityContext, @Selector String service,
			@Nullable String enabled, @Nullable String namespace, @Nullable String reason, @Nullable String force) {
		String by = WebAnswers.caller(securityContext);
		return WebAnswers.answer(() -> new WebEndpointResponse<FailoverStatus>(
				this.delegate.flipService(by, SwitchOrigin.HTTP, service, enabled, namespace, reason, force)));
	}

}
