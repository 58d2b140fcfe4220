package io.github.nacosfailover.actuate.console;

import java.util.function.Supplier;

import io.github.nacosfailover.actuate.endpoint.EndpointOperations;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.web.servlet.HandlerAdapter;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.ModelAndView;

/**
 * Answers with the console with Spring MVC. An operation of an endpoint cannot set
 * headers and does not see the request; this stands between the choice of the operation
 * and its invocation, so that exposure, access and security have been decided.
 */
public final class ConsoleHandlerAdapter implements HandlerAdapter, Ordered {

	private final NacosFailoverConsoleEndpoint endpoint;

	private final EndpointOperations operations;

	private final Supplier<HandlerAdapter> next;

	/**
	 * Creates the adapter.
	 * @param endpoint the endpoint to answer for
	 * @param operations the operations there are
	 * @param next finds the adapter for all other operations
	 */
	public ConsoleHandlerAdapter(NacosFailoverConsoleEndpoint endpoint, EndpointOperations operations,
			Supplier<HandlerAdapter> next) {
		this.endpoint = endpoint;
		this.operations = operations;
		this.next = next;
	}

	@Override
	public boolean supports(Object handler) {
		return EndpointOperations.isOperation(handler);
	}

	@Override
	public @Nullable ModelAndView handle(HttpServletRequest request, HttpServletResponse response, Object handler)
			throws Exception {
		Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
		EndpointOperations.Mapped mapped = this.operations.find(String.valueOf(pattern));
		if (mapped == null || !NacosFailoverConsoleEndpoint.ID.equals(mapped.endpoint().toString())) {
			return this.next.get().handle(request, response, handler);
		}
		ConsoleAnswer answer = this.endpoint.answer(CsrfToken.of(request.getAttribute(CsrfToken.SERVLET)));
		answer.headers().forEach(response::setHeader);
		response.setContentType(NacosFailoverConsoleEndpoint.CONTENT_TYPE);
		byte[] page = answer.bytes();
		response.setContentLength(page.length);
		response.getOutputStream().write(page);
		return null;
	}

	/** Until Spring 7 adapters are asked for this. */
	@SuppressWarnings("deprecation")
	public long getLastModified(HttpServletRequest request, Object handler) {
		return -1;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
