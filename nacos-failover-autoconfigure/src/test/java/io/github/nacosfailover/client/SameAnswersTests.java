package io.github.nacosfailover.client;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import com.alibaba.nacos.api.naming.pojo.ServiceInfo;
import com.alibaba.nacos.common.utils.JacksonUtils;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.testsupport.InMemoryStore;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Assume;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * With the same data, a decorated client answers every query as the client of Nacos does
 * from an undamaged backup.
 */
class SameAnswersTests {

	private static final String SERVICE = "orders";

	private static final int DRAWS = 20_000;

	private static final List<Method> QUERIES = Stream.of(NamingService.class.getMethods())
		.filter((method) -> List.of("getAllInstances", "selectInstances", "selectOneHealthyInstance")
			.contains(method.getName()))
		.sorted(Comparator.comparing(Method::toString))
		.toList();

	private static StockClient stock;

	private static StockClient undecorated;

	private static InMemoryStore store;

	private static NamingService ours;

	@BeforeContainer
	static void start() {
		stock = new StockClient();
		store = new InMemoryStore();
		undecorated = new StockClient();
		ours = Decorated.around(undecorated.naming(), store.namespace());
	}

	@AfterContainer
	static void stop() {
		stock.close();
		undecorated.close();
	}

	@Property(tries = 500)
	void everyOverloadAnswersAsTheStockClient(@ForAll("services") ServiceInfo service,
			@ForAll("selections") List<String> clusters, @ForAll boolean healthy, @ForAll boolean subscribe) {
		store.on(Backup.copyOf(key(service), copy(service).getHosts()));
		assertSameAnswers(service, clusters, healthy, subscribe);
	}

	@Property(tries = 200, maxDiscardRatio = 20)
	void everyOverloadAnswersAsTheStockClientFromTheSameFile(@ForAll("services") ServiceInfo service,
			@ForAll("selections") List<String> clusters, @ForAll boolean healthy, @ForAll boolean subscribe)
			throws Exception {
		// An endless weight has no place in a file: it is refused there.
		Assume.that(service.getHosts().stream().allMatch((instance) -> Double.isFinite(instance.getWeight())));
		String json = JacksonUtils.toJson(service);
		store.on(BackupFormat.read(key(service), json.getBytes(StandardCharsets.UTF_8)).backup());
		assertSameAnswers(JacksonUtils.toObj(json, ServiceInfo.class), clusters, healthy, subscribe);
	}

	@Property(tries = 100)
	void anotherServiceIsAskedOfTheServer(@ForAll("services") ServiceInfo service,
			@ForAll("selections") List<String> clusters) {
		store.on(Backup.copyOf(key(service), copy(service).getHosts()));
		stock.on(copy(service));
		for (Method query : QUERIES) {
			Object[] arguments = arguments(query, "another", service.getGroupName(), clusters, true, true);
			assertThat(ask(ours, query, arguments)).isEqualTo(ask(stock.naming(), query, arguments))
				.isIn("the server", NullPointerException.class);
		}
	}

	private static void assertSameAnswers(ServiceInfo service, List<String> clusters, boolean healthy,
			boolean subscribe) {
		for (Method query : QUERIES) {
			Object[] arguments = arguments(query, SERVICE, service.getGroupName(), clusters, healthy, subscribe);
			stock.on(copy(service));
			Object expected = ask(stock.naming(), query, arguments);
			Object answer = ask(ours, query, arguments);
			if (expected instanceof Instance && answer instanceof Instance chosen) {
				List<String> used = List.of(query.getParameterTypes()).contains(List.class) ? clusters : null;
				assertThat(eligible(service, used)).contains(chosen.toString());
			}
			else {
				assertThat(answer).as("%s with %s", query, Arrays.asList(arguments)).isEqualTo(expected);
			}
		}
	}

	/** What the stock client chooses one of. */
	private static List<String> eligible(ServiceInfo service, List<String> clusters) {
		return service.getHosts()
			.stream()
			.filter((instance) -> clusters == null || clusters.isEmpty()
					|| clusters.contains(instance.getClusterName()))
			.filter((instance) -> instance.isHealthy() && instance.getWeight() > 0)
			.map(Instance::toString)
			.toList();
	}

	private static Object ask(NamingService naming, Method query, Object[] arguments) {
		try {
			Object answer = query.invoke(naming, arguments);
			return (answer instanceof List<?> list) ? list.stream().map(Object::toString).toList() : answer;
		}
		catch (InvocationTargetException ex) {
			Throwable failure = ex.getTargetException();
			if (failure instanceof NacosException nacos && nacos.getErrCode() == StockClient.LIVE) {
				return "the server";
			}
			return failure.getClass();
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Object[] arguments(Method query, String service, String group, List<String> clusters,
			boolean healthy, boolean subscribe) {
		Class<?>[] types = query.getParameterTypes();
		Object[] arguments = new Object[types.length];
		boolean first = true;
		for (int i = 0; i < types.length; i++) {
			if (types[i] == String.class) {
				arguments[i] = (i == 0) ? service : group;
			}
			else if (types[i] == List.class) {
				arguments[i] = (clusters != null) ? new ArrayList<>(clusters) : null;
			}
			else {
				arguments[i] = first ? healthy : subscribe;
				first = false;
			}
		}
		return arguments;
	}

	private static ServiceKey key(ServiceInfo service) {
		return ServiceKey.of(service.getGroupName(), service.getName());
	}

	/** The client changes what it is given. */
	private static ServiceInfo copy(ServiceInfo service) {
		ServiceInfo copy = new ServiceInfo();
		copy.setName(service.getName());
		copy.setGroupName(service.getGroupName());
		copy.setHosts(new ArrayList<>(service.getHosts().stream().map(SameAnswersTests::copy).toList()));
		return copy;
	}

	private static Instance copy(Instance instance) {
		Instance copy = new Instance();
		copy.setInstanceId(instance.getInstanceId());
		copy.setIp(instance.getIp());
		copy.setPort(instance.getPort());
		copy.setWeight(instance.getWeight());
		copy.setHealthy(instance.isHealthy());
		copy.setEnabled(instance.isEnabled());
		copy.setEphemeral(instance.isEphemeral());
		copy.setClusterName(instance.getClusterName());
		copy.setServiceName(instance.getServiceName());
		copy.setMetadata((instance.getMetadata() != null) ? new LinkedHashMap<>(instance.getMetadata()) : null);
		return copy;
	}

	/**
	 * The default group is the most frequent, so that overloads without a group count.
	 */
	@Provide
	Arbitrary<ServiceInfo> services() {
		Arbitrary<String> groups = Arbitraries.frequency(Tuple.of(4, "DEFAULT_GROUP"), Tuple.of(1, "other"));
		return Combinators.combine(groups, instances().list().ofMaxSize(12)).as((group, hosts) -> {
			ServiceInfo service = new ServiceInfo();
			service.setName(SERVICE);
			service.setGroupName(group);
			service.setHosts(hosts);
			return service;
		});
	}

	private static Arbitrary<Instance> instances() {
		Arbitrary<String> ips = Arbitraries.integers().between(1, 254).map((last) -> "10.0.0." + last);
		Arbitrary<Integer> ports = Arbitraries.integers().between(0, 65535);
		Arbitrary<Double> weights = Arbitraries.oneOf(Arbitraries.of(0.0, -0.0, -1.0, 0.5, 1.0, 1.0, 100.0),
				Arbitraries.of(Double.MIN_VALUE, 1e-9, 1e9, Double.MAX_VALUE, Double.MAX_VALUE / 3, -Double.MAX_VALUE),
				Arbitraries.of(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN),
				Arbitraries.doubles().between(-10, 10000), Arbitraries.doubles().between(-10, 10000));
		Arbitrary<String> clusters = Arbitraries.of("A", "A", "B", "C,D", "", "DEFAULT").injectNull(0.1);
		Arbitrary<Map<String, String>> metadata = Arbitraries
			.maps(Arbitraries.strings().withCharRange('a', 'z').ofLength(6),
					Arbitraries.strings().ofMaxLength(3).injectNull(0.1))
			.ofMaxSize(15)
			.<Map<String, String>>map(LinkedHashMap::new)
			.injectNull(0.1);
		return Combinators.combine(ips, ports, weights, rarelyFalse(), rarelyFalse(), clusters, metadata, rarelyFalse())
			.as((ip, port, weight, healthy, enabled, cluster, map, ephemeral) -> {
				Instance instance = new Instance();
				instance.setInstanceId(ephemeral ? null : ip + "#" + port);
				instance.setIp(ip);
				instance.setPort(port);
				instance.setWeight(weight);
				instance.setHealthy(healthy);
				instance.setEnabled(enabled);
				instance.setEphemeral(ephemeral);
				instance.setClusterName(cluster);
				instance.setServiceName("DEFAULT_GROUP@@" + SERVICE);
				instance.setMetadata(map);
				return instance;
			});
	}

	private static Arbitrary<Boolean> rarelyFalse() {
		return Arbitraries.of(true, true, true, false);
	}

	@Provide
	Arbitrary<List<String>> selections() {
		return Arbitraries.of("A", "B", "C,D", "C", "", "DEFAULT", "unknown")
			.injectNull(0.05)
			.list()
			.ofMaxSize(4)
			.injectNull(0.1);
	}

	@Property(tries = 20, generation = GenerationMode.RANDOMIZED)
	void choosesByWeight(@ForAll("weights") List<Double> weights, @ForAll boolean ofCluster) throws Exception {
		store.on(Backup.copyOf(ServiceKey.parseLenient(SERVICE),
				IntStream.range(0, weights.size()).mapToObj((port) -> weighted(port, weights.get(port))).toList()));
		int[] chosen = new int[weights.size()];
		for (int i = 0; i < DRAWS; i++) {
			Instance instance = ofCluster ? ours.selectOneHealthyInstance(SERVICE, List.of("A"))
					: ours.selectOneHealthyInstance(SERVICE);
			chosen[instance.getPort()]++;
		}
		double sum = weights.stream().mapToDouble((weight) -> Math.max(0, weight)).sum();
		double chiSquared = 0;
		int classes = 0;
		for (int i = 0; i < chosen.length; i++) {
			double expected = Math.max(0, weights.get(i)) / sum * DRAWS;
			if (expected == 0) {
				assertThat(chosen[i]).isZero();
			}
			else {
				classes++;
				chiSquared += (chosen[i] - expected) * (chosen[i] - expected) / expected;
			}
		}
		assertThat(chiSquared).isLessThanOrEqualTo(chiSquaredLimit(classes - 1));
	}

	private static Instance weighted(int port, double weight) {
		Instance instance = new Instance();
		instance.setIp("10.0.0.1");
		instance.setPort(port);
		instance.setWeight(weight);
		instance.setClusterName("A");
		return instance;
	}

	/**
	 * Exceeded once in 10^9 (Wilson and Hilferty), so that the test never fails by
	 * chance.
	 */
	private static double chiSquaredLimit(int degrees) {
		if (degrees == 0) {
			return 0;
		}
		double part = 2.0 / (9.0 * degrees);
		return degrees * Math.pow(1 - part + 6.0 * Math.sqrt(part), 3) + 5;
	}

	/** Within two orders of magnitude, for chi-squared needs a few of each. */
	@Provide
	Arbitrary<List<Double>> weights() {
		return Arbitraries.oneOf(Arbitraries.doubles().between(1, 100), Arbitraries.of(0.0, -1.0, 1.0))
			.list()
			.ofMinSize(1)
			.ofMaxSize(20)
			.filter((weights) -> weights.stream().anyMatch((weight) -> weight > 0));
	}

}
