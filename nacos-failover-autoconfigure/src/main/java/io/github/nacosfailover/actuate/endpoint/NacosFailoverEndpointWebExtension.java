package io.github.nacosfailover.actuate.endpoint;

import java.security.Principal;
import java.util.Map;
import java.util.function.Supplier;

import io.github.nacosfailover.FailoverRefusedException;
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
		return answer(() -> {
			ServiceComparison comparison = this.delegate.service(service, namespace);
			return (comparison != null) ? new WebEndpointResponse<>(comparison)
					: message(WebEndpointResponse.STATUS_NOT_FOUND,
							"Neither a backup nor the server knows service '%s'".formatted(service));
		});
	}

	@WriteOperation
	public WebEndpointResponse<?> flip(SecurityContext securityContext, @Nullable String enabled,
			@Nullable String namespace, @Nullable String reason, @Nullable String duration, @Nullable String force) {
		Principal principal = securityContext.getPrincipal();
		String by = (principal != null) ? principal.getName() : "http";
		return answer(() -> new WebEndpointResponse<FailoverStatus>(
				this.delegate.flip(by, enabled, namespace, reason, duration, force)));
	}

	private static WebEndpointResponse<?> answer(Supplier<WebEndpointResponse<?>> operation) {
		try {
			return operation.get();
		}
		catch (IllegalArgumentException ex) {
			return message(WebEndpointResponse.STATUS_BAD_REQUEST, ex.getMessage());
		}
		catch (FailoverRefusedException ex) {
			return new WebEndpointResponse<>(Map.of("refused", ex.getReasons()), 409);
		}
	}

	private static WebEndpointResponse<?> message(int status, @Nullable String message) {
		return new WebEndpointResponse<>(Map.of("status", status, "message", String.valueOf(message)), status);
	}

}
