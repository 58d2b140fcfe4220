package io.github.nacosfailover.samples.fleet;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * An application that uses two services. Three processes of it make the fleet.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@RestController
class Consumer {

	private final NamingService naming;

	Consumer(NamingService naming) {
		this.naming = naming;
	}

	public static void main(String[] args) {
		ProcessHandle.current().parent().ifPresent((parent) -> parent.onExit().thenRun(() -> System.exit(1)));
		SpringApplication.run(Consumer.class, args);
	}

	@GetMapping("/services")
	Map<String, List<String>> services() throws NacosException {
		Map<String, List<String>> found = new TreeMap<>();
		for (String service : List.of("orders", "payments")) {
			found.put(service,
					this.naming.getAllInstances(service).stream().map(Instance::toInetAddr).sorted().toList());
		}
		return found;
	}

}
