package io.github.nacosfailover.testsupport;

import java.util.ArrayList;
import java.util.List;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Application contexts as a user starts them, without a web server.
 */
public final class Contexts {

	private Contexts() {
	}

	public static ConfigurableApplicationContext run(String... properties) {
		return run(Application.class, properties);
	}

	public static ConfigurableApplicationContext run(Class<?> application, String... properties) {
		List<String> arguments = new ArrayList<>();
		for (String property : properties) {
			arguments.add("--" + property);
		}
		arguments.add("--spring.main.banner-mode=off");
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.run(arguments.toArray(String[]::new));
	}

	public static List<String> addresses(NamingService naming, String service) {
		try {
			return naming.getAllInstances(service).stream().map(Instance::toInetAddr).sorted().toList();
		}
		catch (NacosException ex) {
			return List.of("failed: " + ex.getErrMsg());
		}
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	public static class Application {

	}

}
