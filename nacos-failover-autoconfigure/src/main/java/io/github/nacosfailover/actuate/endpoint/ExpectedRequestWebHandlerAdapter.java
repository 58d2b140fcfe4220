package io.github.nacosfailover.actuate.endpoint;

import java.util.Map;
import java.util.function.Supplier;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.HandlerAdapter;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.server.ServerWebExchange;

/**
 * Refuses a faulty write to an endpoint of ours with Spring WebFlux. It stands between
 * the choice of the operation and its invocation: how the path was spelled does not
 * matter, security comes before it, and no request to anything else passes here.
 */
public class ExpectedRequestWebHandlerAdapter implements HandlerAdapter, Ordered {

	/** After the one that answers with the console. */
	private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 1;

	private final ExpectedRequests expectedRequests;

	private final Supplier<HandlerAdapter> invoking;

	/**
	 * Creates the adapter.
	 * @param expectedRequests what requests have to look like
	 * @param invoking finds the adapter that invokes operations
	 */
	public ExpectedRequestWebHandlerAdapter(ExpectedRequests expectedRequests, Supplier<HandlerAdapter> invoking) {
		this.expectedRequests = expectedRequests;
		this.invoking = invoking;
	}

	@Override
	public boolean supports(Object handler) {
		return EndpointOperations.isOperation(handler);
	}

	@Override
	public Mono<HandlerResult> handle(ServerWebExchange exchange, Object handler) {
		ServerHttpRequest request = exchange.getRequest();
		Object pattern = exchange.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
		ExpectedRequest expected = this.expectedRequests.find(request.getMethod().name(), String.valueOf(pattern),
				exchange.getAttributeOrDefault(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE, Map.of()));
		if (expected == null) {
			return this.invoking.get().handle(exchange, handler);
		}
		boolean bodyPresent = request.getHeaders().getContentLength() > 0
				|| request.getHeaders().getFirst("Transfer-Encoding") != null;
		RequestFault fault = expected.findFault(request.getHeaders().getFirst("Content-Type"), bodyPresent,
				request.getQueryParams().keySet());
		if (fault != null) {
			return refuse(exchange.getResponse(), fault);
		}
		return DataBufferUtils.join(request.getBody(), ExpectedBody.MAX_SIZE)
			.map(ExpectedRequestWebHandlerAdapter::read)
			.onErrorReturn(DataBufferLimitException.class, new byte[ExpectedBody.MAX_SIZE + 1])
			.defaultIfEmpty(new byte[0])
			.flatMap((body) -> {
				RequestFault bodyFault = expected.findFault(body);
				return (bodyFault != null) ? refuse(exchange.getResponse(), bodyFault)
						: this.invoking.get().handle(withBody(exchange, expected.passedOn(body)), handler);
			});
	}

	private static byte[] read(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

	private static Mono<HandlerResult> refuse(ServerHttpResponse response, RequestFault fault) {
		response.setStatusCode(HttpStatusCode.valueOf(fault.status()));
		response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(fault.toJson())))
			.then(Mono.empty());
	}

	private static ServerWebExchange withBody(ServerWebExchange exchange, byte[] body) {
		return exchange.mutate().request(new ServerHttpRequestDecorator(exchange.getRequest()) {

			@Override
			public Flux<DataBuffer> getBody() {
				return (body.length == 0) ? Flux.empty()
						: Flux.defer(() -> Flux.just(exchange.getResponse().bufferFactory().wrap(body)));
			}
		}).build();
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

}
