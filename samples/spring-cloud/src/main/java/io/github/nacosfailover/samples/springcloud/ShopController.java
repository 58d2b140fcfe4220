package io.github.nacosfailover.samples.springcloud;

import java.util.List;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Passes requests on to a service and answers what it answers.
 */
@RestController
class ShopController {

	private final RestClient restClient;

	private final WebClient webClient;

	private final DiscoveryClient discoveryClient;

	ShopController(RestClient.Builder restClient, WebClient.Builder webClient, DiscoveryClient discoveryClient) {
		this.restClient = restClient.build();
		this.webClient = webClient.build();
		this.discoveryClient = discoveryClient;
	}

	@GetMapping("/rest-client/{service}")
	Mono<String> restClient(@PathVariable String service) {
		return Mono
			.fromCallable(() -> this.restClient.get().uri("http://{service}/", service).retrieve().body(String.class))
			.subscribeOn(Schedulers.boundedElastic());
	}

	@GetMapping("/web-client/{service}")
	Mono<String> webClient(@PathVariable String service) {
		return this.webClient.get().uri("http://{service}/", service).retrieve().bodyToMono(String.class);
	}

	@GetMapping("/services")
	Mono<List<String>> services() {
		return Mono.fromCallable(this.discoveryClient::getServices).subscribeOn(Schedulers.boundedElastic());
	}

}
