package io.github.nacosfailover;

import java.util.List;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * An application that is processed ahead of time and then runs in a JVM of its own.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class AheadOfTimeApplication {

	/**
	 * Runs the application, and prints its port.
	 * @param arguments the arguments of the application
	 */
	public static void main(String[] arguments) {
		ConfigurableApplicationContext context = SpringApplication.run(AheadOfTimeApplication.class, arguments);
		int port = ((WebServerApplicationContext) context).getWebServer().getPort();
		System.out.println("port=" + port);
	}

	@Bean
	RouterFunction<ServerResponse> addresses(NamingService naming) {
		return RouterFunctions.route()
			.GET("/addresses/{service}",
					(request) -> ServerResponse.ok().body(addresses(naming, request.pathVariable("service"))))
			.build();
	}

	private static List<String> addresses(NamingService naming, String service) throws NacosException {
		return naming.getAllInstances(service).stream().map(Instance::toInetAddr).toList();
	}

}
