package io.github.nacosfailover.actuate.endpoint;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Refuses a malformed POST to an endpoint of ours, in a reactive server.
 */
public class StrictBodyWebFilter implements WebFilter {

	private final StrictBodies bodies;

	public StrictBodyWebFilter(StrictBodies bodies) {
		this.bodies = bodies;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		StrictBody expected = HttpMethod.POST.equals(exchange.getRequest().getMethod())
				? this.bodies.of(exchange.getRequest().getURI().getRawPath()) : null;
		if (expected == null) {
			return chain.filter(exchange);
		}
		return DataBufferUtils.join(exchange.getRequest().getBody(), StrictBody.MAX_SIZE)
			.map(StrictBodyWebFilter::read)
			.onErrorReturn(DataBufferLimitException.class, new byte[StrictBody.MAX_SIZE + 1])
			.defaultIfEmpty(new byte[0])
			.flatMap((body) -> {
				byte[] fault = expected.findFault(body);
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
		ServerHttpRequest request = exchange.getRequest();
		if (body.length == 0 && request.getHeaders().getContentType() == null) {
			// Where a body is optional, its type is as well.
			request = request.mutate().header("Content-Type", MediaType.APPLICATION_JSON_VALUE).build();
		}
		return exchange.mutate().request(new ServerHttpRequestDecorator(request) {

			@Override
			public Flux<DataBuffer> getBody() {
				return (body.length == 0) ? Flux.empty()
						: Flux.defer(() -> Flux.just(exchange.getResponse().bufferFactory().wrap(body)));
			}
		}).build();
	}

}
