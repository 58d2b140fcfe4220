package io.github.nacosfailover.bridge;

import java.time.Duration;
import java.util.Objects;
import java.util.Properties;

import com.alibaba.nacos.api.NacosFactory;
import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.report.FailoverStatus.NamespaceStatus;
import io.github.nacosfailover.testsupport.Contexts;
import org.awaitility.Awaitility;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application whose home directory the JVM has no characters for, run in a JVM of its
 * own. It creates one client before Spring starts and one in the context, and prints what
 * they answer and which problems there are.
 */
final class PlainLocaleApplication {

	private static final Duration LIMIT = Duration.ofMinutes(1);

	private PlainLocaleApplication() {
	}

	public static void main(String[] args) throws Exception {
		// As an argument it would have lost its characters already.
		System.setProperty("user.home", args[0] + "/j\u00f6rg");
		System.out.println("encoding=" + System.getProperty("sun.jnu.encoding"));
		NamingService early = client();
		try (ConfigurableApplicationContext context = Contexts.run("nacos.failover.enabled=" + args[1],
				"nacos.failover.client.server-addr=127.0.0.1:1")) {
			NacosFailover failover = context.getBeanProvider(NacosFailover.class).getIfAvailable();
			NamingService late = client();
			if (failover != null) {
				NamespaceStatus status = awaitStatus(failover);
				System.out.println("problems=" + status.problems());
				System.out.println("on=" + status.enabled());
				System.out.println("bean=" + awaitAnswer(context.getBean(NamingService.class)));
				System.out.println("early=" + awaitAnswer(early));
				System.out.println("late=" + awaitAnswer(late));
			}
			System.out.println("end=" + answer(early).equals(answer(late)));
		}
		System.exit(0);
	}

	private static NamingService client() throws Exception {
		Properties properties = new Properties();
		properties.setProperty("serverAddr", "127.0.0.1:1");
		return NacosFactory.createNamingService(properties);
	}

	/** A namespace is opened when a client first needs it. */
	private static NamespaceStatus awaitStatus(NacosFailover failover) {
		return Awaitility.await()
			.atMost(LIMIT)
			.until(() -> failover.status().namespaces().get("public"), Objects::nonNull);
	}

	/** The reactor of an undecorated client may take a moment. */
	private static String awaitAnswer(NamingService client) {
		return Awaitility.await().atMost(LIMIT).until(() -> answer(client), (answer) -> !answer.equals("none"));
	}

	private static String answer(NamingService client) {
		try {
			return client.getAllInstances("orders").stream().map(Instance::getIp).findFirst().orElse("none");
		}
		catch (NacosException ex) {
			return "none";
		}
	}

}
