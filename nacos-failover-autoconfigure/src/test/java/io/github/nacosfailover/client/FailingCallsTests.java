package io.github.nacosfailover.client;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.listener.AbstractEventListener;
import com.alibaba.nacos.api.naming.listener.Event;
import com.alibaba.nacos.api.naming.listener.EventListener;
import com.alibaba.nacos.api.naming.listener.NamingEvent;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServiceUsage;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.testsupport.InMemoryStore;
import io.github.nacosfailover.testsupport.LoadingBackup;
import io.github.nacosfailover.testsupport.Thrown;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Failures of ours, and of listeners, in calls of a decorated client.
 */
class FailingCallsTests {

	private static final ServiceKey ORDERS = ServiceKey.parseLenient("orders");

	private final InMemoryStore store = new InMemoryStore();

	private final FailoverNamespace namespace = this.store.namespace();

	private final List<EventListener> subscribed = new ArrayList<>();

	private final NamingService live = (NamingService) Proxy.newProxyInstance(getClass().getClassLoader(),
			new Class<?>[] { NamingService.class }, (proxy, method, arguments) -> {
				if (method.getName().equals("subscribe")) {
					this.subscribed.add((EventListener) arguments[arguments.length - 1]);
					return null;
				}
				return method.getName().equals("selectOneHealthyInstance") ? instance("10.0.0.1")
						: List.of(instance("10.0.0.1"));
			});

	private final NamingService naming = Decorated.around(this.live, this.namespace);

	@ParameterizedTest
	@ValueSource(classes = { IllegalStateException.class, AssertionError.class, NoClassDefFoundError.class,
			OutOfMemoryError.class })
	void backupThatCannotBeLoadedLeavesTheQueryToTheClientAndIsListedUntilItCan(Class<? extends Throwable> type)
			throws Exception {
		List<Throwable> failures = new ArrayList<>(List.of(type.getDeclaredConstructor().newInstance()));
		Backup backup = Backup.copyOf(ORDERS, List.of(instance("10.9.9.9")));
		this.store.on(new LoadingBackup(ORDERS, () -> {
			if (!failures.isEmpty()) {
				Thrown.raise(failures.get(0));
			}
			return backup;
		}));
		assertThat(this.naming.getAllInstances("orders")).extracting(Instance::getIp).containsExactly("10.0.0.1");
		assertThat(this.naming.selectOneHealthyInstance("orders").getIp()).isEqualTo("10.0.0.1");
		assertThat(this.namespace.problems()).singleElement()
			.extracting(Problem::location)
			.asString()
			.contains("DEFAULT_GROUP@@orders");
		failures.clear();
		assertThat(this.naming.getAllInstances("orders")).extracting(Instance::getIp).containsExactly("10.9.9.9");
		assertThat(this.namespace.problems()).isEmpty();
	}

	@Test
	void nothingToChooseFromIsTheAnswerOfTheStockClient() {
		Instance unhealthy = instance("10.9.9.9");
		unhealthy.setHealthy(false);
		this.store.on(Backup.copyOf(ORDERS, List.of(unhealthy)));
		assertThatIllegalStateException().isThrownBy(() -> this.naming.selectOneHealthyInstance("orders"));
		assertThat(this.namespace.problems()).isEmpty();
		assertThat(this.namespace.usageIfAny(ORDERS).inVain()).isOne();
	}

	@Test
	void queriesInVainAreCountedWhateverTheyFailedBecauseOf() throws Exception {
		boolean[] failing = { false };
		NamingService empty = Decorated.around((NamingService) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { NamingService.class }, (proxy, method, arguments) -> {
					if (failing[0]) {
						throw new NacosException(NacosException.SERVER_ERROR, "on purpose");
					}
					return List.of();
				}), this.namespace);
		empty.getAllInstances("orders");
		failing[0] = true;
		assertThatExceptionOfType(NacosException.class).isThrownBy(() -> empty.getAllInstances("orders"));
		ServiceUsage usage = this.namespace.usageIfAny(ORDERS);
		assertThat(usage.inVain()).isEqualTo(2);
		assertThat(usage.isLastInVain()).isTrue();
		this.naming.getAllInstances("orders");
		assertThat(usage.inVain()).isEqualTo(2);
		assertThat(usage.isLastInVain()).isFalse();
	}

	@Test
	void errorsOfAListenerAreListedAndKeepNeitherItNorOthersFromHearing() throws Exception {
		List<String> heard = new ArrayList<>();
		boolean[] broken = { true };
		this.naming.subscribe("orders", (event) -> {
			if (broken[0]) {
				throw new AssertionError("on purpose");
			}
			heard.add("first " + ip(event));
		});
		this.naming.subscribe("orders", (event) -> heard.add("second " + ip(event)));
		tell("10.0.0.1");
		assertThat(heard).containsExactly("second 10.0.0.1");
		assertThat(this.namespace.problems()).singleElement()
			.extracting(Problem::message)
			.asString()
			.contains("java.lang.AssertionError: on purpose");
		broken[0] = false;
		tell("10.0.0.2");
		assertThat(heard).containsExactly("second 10.0.0.1", "first 10.0.0.2", "second 10.0.0.2");
		assertThat(this.namespace.problems()).isEmpty();
	}

	@Test
	void executorOfAListenerThatFailsEndsNothing() throws Exception {
		boolean[] broken = { true };
		List<String> heard = new ArrayList<>();
		this.naming.subscribe("orders", new AbstractEventListener() {

			@Override
			public Executor getExecutor() {
				return (task) -> {
					if (broken[0]) {
						throw new LinkageError("on purpose");
					}
					task.run();
				};
			}

			@Override
			public void onEvent(Event event) {
				heard.add(ip(event));
			}
		});
		tell("10.0.0.1");
		assertThat(this.namespace.problems()).hasSize(1);
		broken[0] = false;
		tell("10.0.0.2");
		assertThat(heard).containsExactly("10.0.0.2");
		assertThat(this.namespace.problems()).isEmpty();
	}

	@Test
	void eventThatCannotBeComparedReachesTheListenerAsItIs() throws Exception {
		List<Event> heard = new ArrayList<>();
		this.naming.subscribe("orders", heard::add);
		List<Instance> odd = new ArrayList<>();
		odd.add(null);
		NamingEvent event = new NamingEvent("orders", odd);
		this.subscribed.forEach((listener) -> listener.onEvent(event));
		assertThat(heard).containsExactly(event);
		assertThat(this.namespace.problems()).hasSize(1);
	}

	private void tell(String ip) {
		this.subscribed.forEach((listener) -> listener.onEvent(new NamingEvent("orders", List.of(instance(ip)))));
	}

	private static String ip(Event event) {
		return ((NamingEvent) event).getInstances().get(0).getIp();
	}

	private static Instance instance(String ip) {
		Instance instance = new Instance();
		instance.setIp(ip);
		instance.setPort(80);
		return instance;
	}

}
