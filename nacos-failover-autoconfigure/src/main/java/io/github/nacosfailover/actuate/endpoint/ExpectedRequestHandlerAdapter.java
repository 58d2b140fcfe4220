package io.github.nacosfailover.actuate.endpoint;

import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.web.servlet.HandlerAdapter;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.ModelAndView;

/**
 * Refuses a faulty write to an endpoint of ours with Spring MVC. It stands between the
 * choice of the operation and its invocation: how the path was spelled does not matter,
 * security comes before it, and no request to anything else passes here.
 */
public class ExpectedRequestHandlerAdapter implements HandlerAdapter, Ordered {

	/** After the one that answers with the console. */
	private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 1;

	private final ExpectedRequests expectedRequests;

	private final Supplier<HandlerAdapter> invoking;

	/**
	 * Creates the adapter.
	 * @param expectedRequests what requests have to look like
	 * @param invoking finds the adapter that invokes operations
	 */
	public ExpectedRequestHandlerAdapter(ExpectedRequests expectedRequests, Supplier<HandlerAdapter> invoking) {
		this.expectedRequests = expectedRequests;
		this.invoking = invoking;
	}

	@Override
	public boolean supports(Object handler) {
		return EndpointOperations.isOperation(handler);
	}

	@Override
	public @Nullable ModelAndView handle(HttpServletRequest request, HttpServletResponse response, Object handler)
			throws Exception {
		Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
		Object variables = request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
		ExpectedRequest expected = (request.getDispatcherType() != DispatcherType.ASYNC) ? this.expectedRequests
			.find(request.getMethod(), String.valueOf(pattern), (variables instanceof Map<?, ?> map) ? map : Map.of())
				: null;
		if (expected == null) {
			return this.invoking.get().handle(request, response, handler);
		}
		boolean bodyPresent = request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
		RequestFault fault = expected.findFault(request.getContentType(), bodyPresent,
				request.getParameterMap().keySet());
		if (fault != null) {
			return refuse(response, fault);
		}
		byte[] body = request.getInputStream().readNBytes(ExpectedBody.MAX_SIZE + 1);
		fault = expected.findFault(body);
		return (fault != null) ? refuse(response, fault) : this.invoking.get()
			.handle(new ReadServletRequest(request, expected.passedOn(body)), response, handler);
	}

	private static @Nullable ModelAndView refuse(HttpServletResponse response, RequestFault fault) throws IOException {
		response.setStatus(fault.status());
		response.setContentType("application/json");
		response.getOutputStream().write(fault.toJson());
		return null;
	}

	/** Until Spring 7 adapters are asked for this. */
	@SuppressWarnings("deprecation")
	public long getLastModified(HttpServletRequest request, Object handler) {
		return -1;
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

}
