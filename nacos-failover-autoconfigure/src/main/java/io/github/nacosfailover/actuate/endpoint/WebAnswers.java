package io.github.nacosfailover.actuate.endpoint;

import java.util.Map;
import java.util.function.Supplier;

import io.github.nacosfailover.FailoverRefusedException;
import io.github.nacosfailover.PreflightReport;
import io.github.nacosfailover.UnknownServiceException;
import io.github.nacosfailover.UnknownSnapshotException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * What operations answer over the web: the status codes of what they throw.
 */
final class WebAnswers {

	private static final int CONFLICT = 409;

	private WebAnswers() {
	}

	static WebEndpointResponse<?> answer(Supplier<WebEndpointResponse<?>> operation) {
		try {
			return operation.get();
		}
		catch (IllegalArgumentException ex) {
			return message(WebEndpointResponse.STATUS_BAD_REQUEST, ex.getMessage());
		}
		catch (UnknownSnapshotException | UnknownServiceException ex) {
			return message(WebEndpointResponse.STATUS_NOT_FOUND, ex.getMessage());
		}
		catch (FailoverRefusedException ex) {
			return new WebEndpointResponse<>(refusal(ex), CONFLICT);
		}
	}

	private static Map<String, Object> refusal(FailoverRefusedException ex) {
		PreflightReport preflight = ex.getPreflight();
		return (preflight != null) ? Map.of("refused", ex.getReasons(), "preflight", preflight)
				: Map.of("refused", ex.getReasons());
	}

	static WebEndpointResponse<?> message(int status, @Nullable String message) {
		return new WebEndpointResponse<>(Map.of("status", status, "message", String.valueOf(message)), status);
	}

	static String caller(SecurityContext securityContext) {
		return (securityContext.getPrincipal() != null) ? securityContext.getPrincipal().getName() : "http";
	}

}
