package io.github.nacosfailover.actuate.console;

import java.util.Optional;
import java.util.function.Supplier;

import io.github.nacosfailover.actuate.endpoint.EndpointOperations;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.HandlerAdapter;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.server.ServerWebExchange;

/**
 * Answers with the console with Spring WebFlux. An operation of an endpoint cannot set
 * headers and does not see the request; this stands between the choice of the operation
 * and its invocation, so that exposure, access and security have been decided.
 */
public final class ConsoleWebHandlerAdapter implements HandlerAdapter, Ordered {

	private final NacosFailoverConsoleEndpoint endpoint;

	private final EndpointOperations operations;

	private final Supplier<HandlerAdapter> next;

	/**
	 * Creates the adapter.
	 * @param endpoint the endpoint to answer for
	 * @param operations the operations there are
	 * @param next finds the adapter for all other operations
	 */
	public ConsoleWebHandlerAdapter(NacosFailoverConsoleEndpoint endpoint, EndpointOperations operations,
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
	public Mono<HandlerResult> handle(ServerWebExchange exchange, Object handler) {
		Object pattern = exchange.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
		EndpointOperations.Mapped mapped = this.operations.find(String.valueOf(pattern));
		if (mapped == null || !NacosFailoverConsoleEndpoint.ID.equals(mapped.endpoint().toString())) {
			return this.next.get().handle(exchange, handler);
		}
		Object token = exchange.getAttribute(CsrfToken.REACTIVE);
		return Mono.from((token instanceof Publisher<?> publisher) ? publisher : Mono.justOrEmpty(token))
			.map((it) -> Optional.ofNullable(CsrfToken.of(it)))
			.defaultIfEmpty(Optional.empty())
			.flatMap((it) -> write(exchange.getResponse(), this.endpoint.answer(it.orElse(null))))
			.then(Mono.empty());
	}

	private static Mono<Void> write(ServerHttpResponse response, ConsoleAnswer answer) {
		answer.headers().forEach(response.getHeaders()::set);
		response.getHeaders().setContentType(MediaType.parseMediaType(NacosFailoverConsoleEndpoint.CONTENT_TYPE));
		byte[] page = answer.bytes();
		response.getHeaders().setContentLength(page.length);
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(page)));
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
