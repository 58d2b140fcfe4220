package io.github.nacosfailover.actuate.endpoint;

import io.github.nacosfailover.event.SwitchOrigin;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
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
@EndpointWebExtension(endpoint = NacosFailoverSnapshotsEndpoint.class)
public class NacosFailoverSnapshotsEndpointWebExtension {

	private final NacosFailoverSnapshotsEndpoint delegate;

	public NacosFailoverSnapshotsEndpointWebExtension(NacosFailoverSnapshotsEndpoint delegate) {
		this.delegate = delegate;
	}

	@ReadOperation
	public WebEndpointResponse<?> show(@Selector String id, @Nullable String namespace) {
		return WebAnswers.answer(() -> new WebEndpointResponse<>(this.delegate.show(id, namespace)));
	}

	@WriteOperation
	@BodyFields(
			example = "{}, {\"service\": \"orders\"}, {\"force\": true}, {\"copy\": \"to-store\"} or {\"copy\": \"to-disk\"}")
	public WebEndpointResponse<?> take(SecurityContext securityContext, @Nullable String namespace,
			@Nullable Boolean force, @Nullable String copy, @Nullable String service) {
		return WebAnswers
			.answer(() -> new WebEndpointResponse<>(this.delegate.take(new SnapshotRequest(service, namespace, force,
					FieldValues.direction(copy), WebAnswers.caller(securityContext), SwitchOrigin.HTTP))));
	}

	@WriteOperation
	@BodyFields(example = "{\"restore\": true} or {\"pinned\": true}", oneRequired = { "restore", "pinned" },
			lists = "services")
	public WebEndpointResponse<?> change(SecurityContext securityContext, @Selector String id,
			@Nullable Boolean restore, @Nullable String mode, @Nullable Boolean pinned, @Nullable String namespace,
			@Nullable String services) {
		return WebAnswers.answer(() -> new WebEndpointResponse<>(this.delegate.change(new SnapshotChangeRequest(id,
				Boolean.TRUE.equals(restore), FieldValues.names(services), FieldValues.isExact(mode), pinned, namespace,
				WebAnswers.caller(securityContext), SwitchOrigin.HTTP))));
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
