package io.github.nacosfailover.actuate.endpoint;

import java.util.function.Predicate;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Refuses a malformed POST to the endpoint, in a reactive server.
 */
public class SwitchRequestWebFilter implements WebFilter {

	private final Predicate<String> endpointPath;

	public SwitchRequestWebFilter(Predicate<String> endpointPath) {
		this.endpointPath = endpointPath;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (!HttpMethod.POST.equals(exchange.getRequest().getMethod())
				|| !this.endpointPath.test(exchange.getRequest().getURI().getRawPath())) {
			return chain.filter(exchange);
		}
		return DataBufferUtils.join(exchange.getRequest().getBody(), SwitchRequestBody.MAX_SIZE)
			.map(SwitchRequestWebFilter::read)
			.onErrorReturn(DataBufferLimitException.class, new byte[SwitchRequestBody.MAX_SIZE + 1])
			.defaultIfEmpty(new byte[0])
			.flatMap((body) -> {
				byte[] fault = SwitchRequestBody.findFault(body);
				return (fault != null) ? refuse(exchange.getResponse(), fault) : chain.filter(withBody(exchange, body));
			});
	}

	private static byte[] read(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

	private static Mono<Void> refuse(ServerHttpResponse response, byte[] fault) {
		response.setStatusCode(HttpStatus.BAD_REQUEST);
		response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
		return response.writeWith(Mono.just(response.bufferFactory().wrap(fault)));
	}

	private static ServerWebExchange withBody(ServerWebExchange exchange, byte[] body) {
		return exchange.mutate().request(new ServerHttpRequestDecorator(exchange.getRequest()) {

			@Override
			public Flux<DataBuffer> getBody() {
				return Flux.defer(() -> Flux.just(exchange.getResponse().bufferFactory().wrap(body)));
			}
		}).build();
	}

}
