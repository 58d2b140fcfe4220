package io.github.nacosfailover.actuate.endpoint;

import io.github.nacosfailover.FailoverStatus;
import io.github.nacosfailover.ServiceComparison;

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
	public WebEndpointResponse<?> service(@Selector String service, @Nullable String namespace) {
		return WebAnswers.answer(() -> {
			ServiceComparison comparison = this.delegate.service(service, namespace);
			return (comparison != null) ? new WebEndpointResponse<>(comparison)
					: WebAnswers.message(WebEndpointResponse.STATUS_NOT_FOUND,
							"Neither a backup nor the server knows service '%s'".formatted(service));
		});
	}

	@WriteOperation
	public WebEndpointResponse<?> flip(SecurityContext securityContext, @Nullable String enabled,
			@Nullable String namespace, @Nullable String reason, @Nullable String duration, @Nullable String force) {
		String by = WebAnswers.caller(securityContext);
		return WebAnswers.answer(() -> new WebEndpointResponse<FailoverStatus>(
				this.delegate.flip(by, enabled, namespace, reason, duration, force)));
	}

}
