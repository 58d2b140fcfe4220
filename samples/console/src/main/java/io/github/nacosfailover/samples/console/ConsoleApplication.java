package io.github.nacosfailover.samples.console;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * Looks services up. The console is at {@code /actuator/nacosfailoverconsole}.
 */
@SpringBootApplication
@RestController
public class ConsoleApplication {

	private final NamingService naming;

	ConsoleApplication(NamingService naming) {
		this.naming = naming;
	}

	public static void main(String[] args) {
		SpringApplication.run(ConsoleApplication.class, args);
	}

	@GetMapping("/instances/{service}")
	String[] instances(@PathVariable("service") String service) throws NacosException {
		return this.naming.getAllInstances(service).stream().map(Instance::toInetAddr).sorted().toArray(String[]::new);
	}

}
