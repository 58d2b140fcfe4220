package io.github.nacosfailover.actuate.endpoint;

import io.github.nacosfailover.FailoverStatus;
import io.github.nacosfailover.SwitchOrigin;
import io.github.nacosfailover.UnknownServiceException;

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

	@ReadOperation
	public WebEndpointResponse<FailoverStatus> status() {
		return new WebEndpointResponse<>(this.delegate.status());
	}

	@ReadOperation
	public WebEndpointResponse<?> service(@Selector String service, @Nullable String namespace,
			@Nullable String probe) {
		return WebAnswers.answer(() -> {
			Object found = this.delegate.service(service, namespace, probe);
			if (found == null) {
				throw new UnknownServiceException(service);
			}
			return new WebEndpointResponse<>(found);
		});
	}

	@WriteOperation
	public WebEndpointResponse<?> flip(SecurityContext securityContext, @Nullable String enabled,
			@Nullable String namespace, @Nullable String reason, @Nullable String duration, @Nullable String force) {
		String by = WebAnswers.caller(securityContext);
		return WebAnswers.answer(() -> new WebEndpointResponse<FailoverStatus>(
				this.delegate.flip(by, SwitchOrigin.HTTP, enabled, namespace, reason, duration, force)));
	}

	@WriteOperation
	public WebEndpointResponse<?> flipService(SecurityContext securityContext, @Selector String service,
			@Nullable String enabled, @Nullable String namespace, @Nullable String reason, @Nullable String force) {
		String by = WebAnswers.caller(securityContext);
		return WebAnswers.answer(() -> new WebEndpointResponse<FailoverStatus>(
				this.delegate.flipService(by, SwitchOrigin.HTTP, service, enabled, namespace, reason, force)));
	}

}
