package io.github.nacosfailover.actuate.endpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.exception.FailoverUnavailableException;
import io.github.nacosfailover.exception.UnknownServiceException;
import io.github.nacosfailover.exception.UnknownSnapshotException;
import io.github.nacosfailover.report.PreflightReport;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * What operations answer over the web: the status codes of what they throw.
 */
final class WebAnswers {

	private static final int CONFLICT = 409;

	private static final int UNAVAILABLE = 503;

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
		catch (FailoverUnavailableException ex) {
			return new WebEndpointResponse<>(refusal(ex), UNAVAILABLE);
		}
		catch (FailoverRefusedException ex) {
			return new WebEndpointResponse<>(refusal(ex), CONFLICT);
		}
	}

	/** The reasons come first: that is what an operator looks for. */
	private static Map<String, Object> refusal(FailoverRefusedException ex) {
		Map<String, Object> refusal = new LinkedHashMap<>();
		refusal.put("refused", ex.getReasons());
		if (ex.getPlan() != null) {
			refusal.put("plan", ex.getPlan());
		}
		PreflightReport preflight = ex.getPreflight();
		if (preflight != null) {
			refusal.put("preflight", preflight);
		}
		return refusal;
	}

	static WebEndpointResponse<?> message(int status, @Nullable String message) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("status", status);
		body.put("message", String.valueOf(message));
		return new WebEndpointResponse<>(body, status);
	}

	static String caller(SecurityContext securityContext) {
		return (securityContext.getPrincipal() != null) ? securityContext.getPrincipal().getName() : "http";
	}

}
