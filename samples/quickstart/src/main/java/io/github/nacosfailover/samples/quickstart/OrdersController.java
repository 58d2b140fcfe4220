package io.github.nacosfailover.samples.quickstart;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.NacosFailover;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Asks the naming client for the instances of the service, as any application does, and
 * calls each.
 */
@RestController
class OrdersController {

	private final NamingService naming;

	private final NacosFailover failover;

	private final HttpClient http = HttpClient.newHttpClient();

	OrdersController(NamingService naming, NacosFailover failover) {
		this.naming = naming;
		this.failover = failover;
	}

	@GetMapping("/orders")
	Orders orders() throws NacosException, InterruptedException {
		List<OrdersInstance> called = new ArrayList<>();
		for (Instance instance : this.naming.getAllInstances(OrdersProvider.SERVICE)) {
			called.add(new OrdersInstance(instance.toInetAddr(), call(instance)));
		}
		called.sort(Comparator.comparing(OrdersInstance::answer));
		return new Orders(OrdersProvider.SERVICE, servedFrom(), called.size(), called);
	}

	/** For the reader of the answer only: an application need not care. */
	private String servedFrom() {
		return this.failover.status()
			.namespaces()
			.get("public")
			.services()
			.get("DEFAULT_GROUP@@" + OrdersProvider.SERVICE)
			.servedFrom();
	}

	private String call(Instance instance) throws InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + instance.toInetAddr() + "/"))
			.timeout(Duration.ofSeconds(5))
			.build();
		try {
			return this.http.send(request, HttpResponse.BodyHandlers.ofString()).body();
		}
		catch (IOException ex) {
			return "failed: " + ex;
		}
	}

	@ExceptionHandler
	@ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
	Failure failed(NacosException ex) {
		return new Failure(ex.getErrMsg());
	}

	/**
	 * What the consumer saw.
	 *
	 * @param service the service
	 * @param servedFrom where the naming client had them from: {@code live} or
	 * {@code failover}
	 * @param count number of instances
	 * @param instances the instances
	 */
	record Orders(String service, String servedFrom, int count, List<OrdersInstance> instances) {
	}

	/**
	 * An instance that the consumer called.
	 *
	 * @param address its address
	 * @param answer what it answered
	 */
	record OrdersInstance(String address, String answer) {
	}

	/**
	 * Why the consumer saw nothing.
	 *
	 * @param failure what the naming client said
	 */
	record Failure(String failure) {
	}

}
