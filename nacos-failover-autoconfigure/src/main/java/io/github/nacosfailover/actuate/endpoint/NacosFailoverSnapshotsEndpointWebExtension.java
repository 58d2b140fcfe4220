package io.github.nacosfailover.actuate.endpoint;

import io.github.nacosfailover.event.SwitchOrigin;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.lang.Nullable;

/**
 * {@link EndpointWebExtension @EndpointWebExtension} that answers with the status codes
 * of the web.
 */
@EndpointWebExtension(endpoint = NacosFailoverSnapshotsEndpoint.class)
public class NacosFailoverSnapshotsEndpointWebExtension {

	private final NacosFailoverSnapshotsEndpoint delegate;

	public NacosFailoverSnapshotsEndpointWebExtension(NacosFailoverSnapshotsEndpoint delegate) {
		this.delegate = delegate;
	}

	@WriteOperation
	public WebEndpointResponse<?> take(SecurityContext securityContext, @Nullable String namespace,
			@Nullable String force, @Nullable String copy) {
		return WebAnswers.answer(() -> new WebEndpointResponse<Object>(
				this.delegate.take(WebAnswers.caller(securityContext), SwitchOrigin.HTTP, namespace, force, copy)));
	}

	@WriteOperation
	public WebEndpointResponse<?> change(SecurityContext securityContext, @Selector String id, @Nullable String restore,
			@Nullable String mode, @Nullable String pinned, @Nullable String namespace) {
		return WebAnswers.answer(() -> new WebEndpointResponse<>(this.delegate
			.change(WebAnswers.caller(securityContext), SwitchOrigin.HTTP, id, restore, mode, pinned, namespace)));
	}

	@DeleteOperation
	public WebEndpointResponse<?> delete(SecurityContext securityContext, @Selector String id,
			@Nullable String namespace) {
		return WebAnswers.answer(() -> {
			this.delegate.delete(id, namespace);
			return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NO_CONTENT);
		});
	}

}
