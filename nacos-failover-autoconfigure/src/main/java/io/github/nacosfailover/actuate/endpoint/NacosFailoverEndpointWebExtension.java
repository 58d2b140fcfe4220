package io.github.nacosfailover.actuate.endpoint;

import io.github.nacosfailover.NacosFailoverDetector;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.exception.UnknownServiceException;
import io.github.nacosfailover.report.FailoverStatus;
import io.github.nacosfailover.request.DrillRequest;
import io.github.nacosfailover.request.ServiceSwitchRequest;
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

	private static final int ACCEPTED = 202;

	private final NacosFailoverEndpoint delegate;

	public NacosFailoverEndpointWebExtension(NacosFailoverEndpoint delegate) {
		this.delegate = delegate;
	}

	/**
	 * What is switched and served now, with all services or some of them, or one service.
	 * @param service a service to compare; its name may have characters here that a path
	 * must not. With a limit or an offset: a part of the names of the services to
	 * describe
	 * @param namespace the namespace
	 * @param limit number of services to describe at most
	 * @param offset number of services to leave out
	 * @return the answer
	 */
	@ReadOperation
	public WebEndpointResponse<?> status(@Nullable String service, @Nullable String namespace, @Nullable String limit,
			@Nullable String offset) {
		if (limit != null || offset != null) {
			return WebAnswers
				.answer(() -> new WebEndpointResponse<>(this.delegate.page(service, namespace, limit, offset)));
		}
		if (service == null) {
			return new WebEndpointResponse<FailoverStatus>(this.delegate.status());
		}
		return WebAnswers.answer(() -> found(service, namespace, this.delegate.compare(service, namespace)));
	}

	@ReadOperation
	public WebEndpointResponse<?> service(@Selector String name, @Nullable String namespace, @Nullable String probe) {
		return WebAnswers.answer(() -> found(name, namespace, this.delegate.service(name, namespace, probe)));
	}

	private WebEndpointResponse<?> found(String service, @Nullable String namespace, @Nullable Object found) {
		if (found == null) {
			throw new UnknownServiceException(service, this.delegate.similar(service, namespace));
		}
		return new WebEndpointResponse<>(found);
	}

	@WriteOperation
	@BodyFields(example = "{\"enabled\": true} or {\"enabled\": false}", oneRequired = { "enabled", "stage" },
			lists = "services", objects = "stage")
	public WebEndpointResponse<?> flip(SecurityContext securityContext, @Nullable Boolean enabled,
			@Nullable String namespace, @Nullable String reason, @Nullable String duration, @Nullable Boolean force,
			@Nullable String scope, @Nullable String wait, @Nullable String service, @Nullable String plan,
			@Nullable String whenSafe, @Nullable String services, @Nullable String stage) {
		FlipRequest request = new FlipRequest(enabled, namespace, reason, duration, force, scope, wait, plan, whenSafe,
				FieldValues.names(services), stage, WebAnswers.caller(securityContext), SwitchOrigin.HTTP);
		if (service == null) {
			return WebAnswers.answer(() -> new WebEndpointResponse<>(this.delegate.flip(request),
					(request.isWhenSafe() || request.isStaged()) ? ACCEPTED : WebEndpointResponse.STATUS_OK));
		}
		if (duration != null || scope != null || wait != null || plan != null || whenSafe != null || services != null
				|| stage != null) {
			return WebAnswers.message(WebEndpointResponse.STATUS_BAD_REQUEST,
					"'duration', 'scope', 'wait', 'plan', 'whenSafe', 'services' and 'stage' mean nothing for a service; "
							+ "leave them out");
		}
		return flipService(securityContext, service, enabled, namespace, reason, force);
	}

	/**
	 * Switches a service, or does what the name stands for.
	 */
	@WriteOperation
	@BodyFields(example = "{\"enabled\": true}, {\"enabled\": false} or {\"enabled\": null}", oneRequired = "enabled",
			fields = { "enabled", "namespace", "reason", "force" })
	@BodyFields(name = NacosFailoverEndpoint.DRILL, example = "{\"service\": \"orders\", \"duration\": \"10m\"}",
			oneRequired = "duration", fields = { "service", "namespace", "duration", "reason" })
	@BodyFields(name = NacosFailoverEndpoint.DETECTOR,
			example = "{\"mode\": \"suggest\"} or {\"acknowledge\": \"orders\"}",
			oneRequired = { "mode", "acknowledge" }, fields = { "mode", "acknowledge", "namespace", "reason" })
	public WebEndpointResponse<?> write(SecurityContext securityContext, @Selector String name,
			@Nullable Boolean enabled, @Nullable String namespace, @Nullable String reason, @Nullable Boolean force,
			@Nullable String service, @Nullable String duration, @Nullable String mode, @Nullable String acknowledge) {
		String by = WebAnswers.caller(securityContext);
		return switch (name) {
			case NacosFailoverEndpoint.DRILL -> WebAnswers.answer(() -> {
				this.delegate.detector()
					.drill(new DrillRequest(namespace, service, FieldValues.required("duration", duration), by, reason,
							SwitchOrigin.HTTP));
				return new WebEndpointResponse<>(this.delegate.status());
			});
			case NacosFailoverEndpoint.DETECTOR ->
				WebAnswers.answer(() -> detector(by, namespace, reason, mode, acknowledge));
			default -> flipService(securityContext, name, enabled, namespace, reason, force);
		};
	}

	private WebEndpointResponse<?> detector(String by, @Nullable String namespace, @Nullable String reason,
			@Nullable String mode, @Nullable String acknowledge) {
		NacosFailoverDetector detector = this.delegate.detector();
		if (acknowledge != null) {
			detector.acknowledge(namespace, acknowledge, by, SwitchOrigin.HTTP);
		}
		if (mode != null) {
			detector.setMode(FieldValues.detectorMode(mode), by, reason, SwitchOrigin.HTTP);
		}
		return new WebEndpointResponse<>(detector.report());
	}

	private WebEndpointResponse<?> flipService(SecurityContext securityContext, String service,
			@Nullable Boolean enabled, @Nullable String namespace, @Nullable String reason, @Nullable Boolean force) {
		return WebAnswers.answer(() -> new WebEndpointResponse<>(
				this.delegate.flipService(new ServiceSwitchRequest(service, enabled, namespace,
						WebAnswers.caller(securityContext), reason, Boolean.TRUE.equals(force), SwitchOrigin.HTTP))));
	}

}
