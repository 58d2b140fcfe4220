package io.github.nacosfailover.compatibility;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.management.MBeanException;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;

import com.alibaba.nacos.api.naming.NamingService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The endpoint over JMX.
 */
class JmxTests {

	private static final String SWITCH = "org.springframework.boot:type=Endpoint,name=Nacosfailover";

	private static final String SNAPSHOTS = "org.springframework.boot:type=Endpoint,name=Nacosfailoversnapshots";

	private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

	@TempDir
	Path home;

	@Test
	void readsAndFlips() throws Exception {
		FailoverDirectory directory = new FailoverDirectory(this.home.resolve("failover"));
		String service = Nacos.uniqueName("over-jmx");
		directory.backup(service, "10.9.0.1:80");
		try (App app = App.start("--spring.jmx.enabled=true",
				"--management.endpoints.jmx.exposure.include=nacosfailover,nacosfailoversnapshots",
				App.serverAddr(Nacos.serverAddr()), directory.property())) {
			NamingService naming = app.naming();
			assertThat(Nacos.query(naming, service)).isEmpty();
			assertThat(invoke("status")).containsEntry("enabled", false);
			assertThat(services(invoke("status"))).containsKey("DEFAULT_GROUP@@" + service);

			Map<Object, Object> page = invoke("page", "service", service, "limit", "1");
			assertThat(services(page)).containsOnlyKeys("DEFAULT_GROUP@@" + service);
			assertThat(((Map<?, ?>) namespace(page).get("page")).get("total")).isEqualTo(1);
			assertOutOfRange("page", "limit", "limit", "0");

			Map<Object, Object> on = invoke("flip", "enabled", "true", "reason", "upgrade");
			assertThat(Nacos.query(naming, service)).containsExactly("10.9.0.1:80");
			assertThat(on).containsEntry("enabled", true);
			Map<?, ?> failoverSwitch = (Map<?, ?>) namespace(on).get("switch");
			assertThat(failoverSwitch.get("reason")).isEqualTo("upgrade");
			assertThat(failoverSwitch.get("by")).isEqualTo("jmx");
			assertThat(Instant.parse((String) failoverSwitch.get("at"))).isBefore(Instant.now());

			assertThat(invoke("preflight", "namespace", "public").get("namespaces")).isNotNull();
			assertThat((List<?>) invoke("history").get("history")).hasSize(1);
			Map<Object, Object> alone = invoke("flipService", "service", service, "enabled", "false", "force", "true");
			assertThat((Map<?, ?>) namespace(alone).get("exceptions")).hasSize(1);
			assertThat((Map<?, ?>) namespace(invoke("flipService", "service", service)).get("exceptions")).isEmpty();

			assertThat(invoke("service", "service", service).get("service")).isEqualTo("DEFAULT_GROUP@@" + service);

			assertThatExceptionOfType(MBeanException.class).isThrownBy(() -> invoke("flip", "enabled", "perhaps"))
				.havingCause()
				.withMessageContaining("enabled");
			assertThatExceptionOfType(MBeanException.class)
				.isThrownBy(() -> invoke("flip", "enabled", "false", "namespace", "nowhere"))
				.havingCause()
				.withMessageContaining("nowhere");
			assertThat(invoke("status")).containsEntry("enabled", true);
			assertOutOfRange("flip", "duration", "enabled", "false", "duration", "PT9999999H");
			assertOutOfRange("flip", "wait", "enabled", "false", "force", "true", "wait", "61s");
			assertOutOfRange("flip", "unit", "enabled", "false", "force", "true", "wait", "2");
			assertOutOfRange("flip", "1024", "enabled", "false", "force", "true", "reason", "x".repeat(1025));
			assertOutOfRange("flipService", "1024", "service", service, "enabled", "false", "reason", "x".repeat(1025));
			assertThat(invoke("status")).containsEntry("enabled", true);

			assertThat(invoke("flip", "enabled", "false", "force", "true")).containsEntry("enabled", false);
			assertThat(Nacos.query(naming, service)).isEmpty();
		}
		await().until(() -> this.server.queryNames(new ObjectName(SWITCH), null).isEmpty());
	}

	@Test
	void takesPinsAndRestoresSnapshots() throws Exception {
		FailoverDirectory directory = new FailoverDirectory(this.home.resolve("failover"));
		String service = Nacos.uniqueName("over-jmx");
		try (App app = App.start("--spring.jmx.enabled=true",
				"--management.endpoints.jmx.exposure.include=nacosfailoversnapshots",
				App.serverAddr(Nacos.serverAddr()), directory.property(), "--nacos.failover.snapshot.delay=1h")) {
			NamingService naming = app.naming();
			naming.registerInstance(service, "10.9.0.2", 80);
			await().until(() -> !naming.getAllInstances(service).isEmpty());
			Map<Object, Object> taken = invokeOn(SNAPSHOTS, "take");
			String id = (String) taken.get("id");
			assertThat(taken.get("services")).isEqualTo(1);
			Map<Object, Object> pinned = invokeOn(SNAPSHOTS, "change", "id", id, "pinned", "true");
			assertThat((Map<?, ?>) ((List<?>) pinned.get("snapshots")).get(0)).extracting("by", "pinned")
				.containsExactly("jmx", true);
			assertThat(invokeOn(SNAPSHOTS, "change", "id", id, "restore", "true").get("changed")).isEqualTo(false);
			assertThat((List<?>) invokeOn(SNAPSHOTS, "delete", "id", id).get("snapshots")).isEmpty();
			naming.deregisterInstance(service, "10.9.0.2", 80);
		}
	}

	private void assertOutOfRange(String operation, String message, String... arguments) {
		assertThatExceptionOfType(MBeanException.class).isThrownBy(() -> invoke(operation, arguments))
			.havingCause()
			.withMessageContaining(message);
	}

	private Map<Object, Object> invoke(String operation, String... arguments) throws Exception {
		return invokeOn(SWITCH, operation, arguments);
	}

	private Map<Object, Object> invokeOn(String bean, String operation, String... arguments) throws Exception {
		ObjectName name = new ObjectName(bean);
		for (MBeanOperationInfo info : this.server.getMBeanInfo(name).getOperations()) {
			if (info.getName().equals(operation) && accepts(info, arguments)) {
				MBeanParameterInfo[] parameters = info.getSignature();
				Object[] values = new Object[parameters.length];
				String[] signature = new String[parameters.length];
				for (int i = 0; i < parameters.length; i++) {
					signature[i] = parameters[i].getType();
					for (int j = 0; j < arguments.length; j += 2) {
						values[i] = arguments[j].equals(parameters[i].getName()) ? arguments[j + 1] : values[i];
					}
				}
				return new HashMap<>((Map<?, ?>) this.server.invoke(name, operation, values, signature));
			}
		}
		throw new AssertionError("No operation " + operation);
	}

	private static boolean accepts(MBeanOperationInfo info, String... arguments) {
		for (int j = 0; j < arguments.length; j += 2) {
			String argument = arguments[j];
			if (Arrays.stream(info.getSignature()).noneMatch((parameter) -> parameter.getName().equals(argument))) {
				return false;
			}
		}
		return true;
	}

	private static Map<?, ?> namespace(Map<?, ?> status) {
		return (Map<?, ?>) ((Map<?, ?>) status.get("namespaces")).get("public");
	}

	private static Map<Object, Object> services(Map<?, ?> status) {
		return new HashMap<>((Map<?, ?>) namespace(status).get("services"));
	}

}
