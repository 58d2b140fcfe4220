package io.github.nacosfailover.client;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.testsupport.InMemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What threads see of each other: nothing but whole states of the namespace.
 */
class WholeAnswersTests {

	private static final String SERVICE = "orders";

	private static final ServiceKey KEY = ServiceKey.parseLenient(SERVICE);

	private static final int INSTANCES = 50;

	private static final int FLIPS = 2000;

	private final InMemoryStore store = new InMemoryStore();

	private final FailoverNamespace namespace = this.store.namespace();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	@Test
	void eachAnswerOfTwoClientsIsWhollyOldOrWhollyNew() throws Exception {
		List<NamingService> clients = List.of(client(), client());
		List<Future<Set<String>>> seen = new ArrayList<>();
		List<Callable<Set<String>>> queries = new ArrayList<>();
		Backup old = backup("old");
		Backup next = backup("new");
		boolean[] done = new boolean[1];
		for (NamingService client : clients) {
			queries.add(() -> ask(done, () -> client.getAllInstances(SERVICE)));
			queries.add(() -> ask(done, () -> client.selectInstances(SERVICE, List.of("A", "B"), true)));
		}
		queries.forEach((query) -> seen.add(this.threads.submit(query)));
		for (int flip = 0; flip < FLIPS; flip++) {
			switch (flip % 3) {
				case 0 -> this.store.on(old);
				case 1 -> this.store.on(next);
				default -> this.store.off();
			}
			String now = List.of("old", "new", "live").get(flip % 3);
			for (NamingService client : clients) {
				assertThat(client.getAllInstances(SERVICE)).extracting(Instance::getServiceName).containsOnly(now);
			}
		}
		synchronized (done) {
			done[0] = true;
		}
		for (Future<Set<String>> future : seen) {
			assertThat(future.get()).isSubsetOf("50 old", "50 new", "50 live").isNotEmpty();
		}
	}

	/** What the answers were, as number and names of what was in one. */
	private static Set<String> ask(boolean[] done, Callable<List<Instance>> query) throws Exception {
		Set<String> seen = new HashSet<>();
		boolean more = true;
		while (more) {
			List<Instance> answer = query.call();
			Set<String> names = new HashSet<>(answer.stream().map(Instance::getServiceName).toList());
			seen.add(answer.size() + " " + String.join(" and ", names));
			synchronized (done) {
				more = !done[0];
			}
		}
		return seen;
	}

	@Test
	void nobodySeesWhatACallerDoesToItsAnswer() throws Exception {
		this.store.on(backup("backup"));
		NamingService naming = client();
		String untouched = naming.getAllInstances(SERVICE).toString();
		CyclicBarrier start = new CyclicBarrier(4);
		List<Future<Boolean>> callers = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			boolean vandal = i % 2 == 0;
			callers.add(this.threads.submit(() -> {
				start.await();
				boolean clean = true;
				for (int round = 0; round < 500; round++) {
					List<Instance> answer = naming.getAllInstances(SERVICE);
					clean &= answer.toString().equals(untouched);
					if (vandal) {
						damage(answer);
						naming.selectOneHealthyInstance(SERVICE).getMetadata().clear();
					}
				}
				return clean;
			}));
		}
		for (Future<Boolean> caller : callers) {
			assertThat(caller.get()).isTrue();
		}
	}

	private static void damage(List<Instance> answer) {
		answer.forEach((instance) -> {
			instance.setIp("damaged");
			instance.getMetadata().put("damaged", "true");
			instance.addMetadata("more", "damage");
		});
		answer.sort((one, other) -> other.getPort() - one.getPort());
		answer.removeIf((instance) -> instance.getPort() % 2 == 0);
		answer.set(0, new Instance());
		answer.add(new Instance());
		answer.get(1).setMetadata(null);
		answer.subList(0, 3).clear();
		answer.clear();
	}

	@Test
	void threadsThatShareAnAnswerSeeTheSameInstances() throws Exception {
		this.store.on(backup("backup"));
		NamingService naming = client();
		for (int round = 0; round < 300; round++) {
			List<Instance> shared = naming.getAllInstances(SERVICE);
			CyclicBarrier start = new CyclicBarrier(2);
			Callable<List<Instance>> reader = () -> {
				start.await();
				return List.of(shared.toArray(Instance[]::new));
			};
			Future<List<Instance>> one = this.threads.submit(reader);
			Future<List<Instance>> other = this.threads.submit(reader);
			for (int i = 0; i < INSTANCES; i++) {
				assertThat(one.get().get(i)).isSameAs(other.get().get(i)).isSameAs(shared.get(i));
			}
		}
	}

	private NamingService client() {
		List<Instance> live = instances("live");
		return Decorated.around((NamingService) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { NamingService.class }, (proxy, method, arguments) -> live), this.namespace);
	}

	private static Backup backup(String name) {
		return Backup.copyOf(KEY, instances(name));
	}

	private static List<Instance> instances(String name) {
		return IntStream.range(0, INSTANCES).mapToObj((port) -> {
			Instance instance = new Instance();
			instance.setIp("10.0.0.1");
			instance.setPort(port);
			instance.setServiceName(name);
			instance.setClusterName((port % 2 == 0) ? "A" : "B");
			instance.getMetadata().put("name", name);
			return instance;
		}).toList();
	}

}
