package io.github.nacosfailover.guard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import org.jspecify.annotations.Nullable;

/**
 * Asks the server for services, past the caches of the clients, and the caches, too:
 * after a restart of the server they may hold what was true before it, or nothing, though
 * the server has the instances back. Few at a time, and for a time that grows with their
 * number, but has a limit.
 */
public final class LiveServices {

	private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(30);

	private final ThreadPoolExecutor executor;

	/** The open queries that are shared. */
	private final Map<Question, FutureTask<@Nullable Live>> shared = new ConcurrentHashMap<>();

	private final Duration timeout;

	/**
	 * Creates a new instance.
	 * @param executor runs the queries, with few threads
	 * @param timeout how long to wait for an answer, and 1 ms more for each service
	 */
	public LiveServices(ThreadPoolExecutor executor, Duration timeout) {
		this.executor = executor;
		this.timeout = timeout;
	}

	/**
	 * Asks for services.
	 * @param namespace the namespace
	 * @param keys the services
	 * @return their instances; a service that the server did not answer for is missing
	 */
	public Map<ServiceKey, Live> ask(FailoverNamespace namespace, Collection<ServiceKey> keys) {
		Map<ServiceKey, FutureTask<@Nullable Live>> questions = new HashMap<>();
		keys.forEach((key) -> questions.put(key, new FutureTask<>(() -> ask(namespace, key))));
		try {
			return await(questions, questions.values());
		}
		finally {
			// Nobody waits for what is still open.
			questions.values().forEach(this::withdraw);
		}
	}

	/**
	 * Asks for services, and shares what others who ask like this have asked for and have
	 * no answer to yet: however many they are, there is one question for each service.
	 * @param namespace the namespace
	 * @param keys the services
	 * @return their instances, as of a question that may have been asked a little before;
	 * a service that the server did not answer for is missing
	 */
	Map<ServiceKey, Live> askShared(FailoverNamespace namespace, Collection<ServiceKey> keys) {
		Map<ServiceKey, FutureTask<@Nullable Live>> questions = new HashMap<>();
		List<FutureTask<@Nullable Live>> ours = new ArrayList<>();
		for (ServiceKey key : keys) {
			questions.put(key, this.shared.compute(new Question(namespace, key), (question, known) -> {
				// One that was answered is removed a moment later.
				if (known != null && !known.isDone()) {
					return known;
				}
				FutureTask<@Nullable Live> asked = new FutureTask<>(() -> ask(namespace, key)) {

					@Override
					protected void done() {
						LiveServices.this.shared.remove(question, this);
					}

				};
				ours.add(asked);
				return asked;
			}));
		}
		return await(questions, ours);
	}

	private Map<ServiceKey, Live> await(Map<ServiceKey, FutureTask<@Nullable Live>> questions,
			Collection<FutureTask<@Nullable Live>> open) {
		try {
			open.forEach(this.executor::execute);
		}
		catch (RejectedExecutionException ex) {
			// The context is closing.
			open.forEach((question) -> question.cancel(false));
			return Map.of();
		}
		catch (Error ex) {
			// No thread can be made, and nobody is to wait for these.
			open.forEach((question) -> question.cancel(false));
			throw ex;
		}
		long end = System.nanoTime() + timeout(this.timeout, questions.size()).toNanos();
		Map<ServiceKey, Live> answers = new HashMap<>();
		questions.forEach((key, question) -> {
			Live answer = answer(question, end);
			if (answer != null) {
				answers.put(key, answer);
			}
		});
		return answers;
	}

	private void withdraw(FutureTask<?> question) {
		if (question.cancel(false)) {
			this.executor.remove(question);
		}
	}

	static Duration timeout(Duration base, int services) {
		Duration timeout = base.plusMillis(services);
		return (timeout.compareTo(LONGEST_TIMEOUT) < 0) ? timeout : LONGEST_TIMEOUT;
	}

	private static @Nullable Live ask(FailoverNamespace namespace, ServiceKey key) {
		try {
			// What no client has been told since it was started is not known: files from
			// before a restart may say what was true then.
			List<Instance> answer = namespace.ask(key);
			boolean used = namespace.usageIfAny(key) != null;
			return (answer != null) ? new Live(answer, used ? namespace.live(key) : null) : null;
		}
		catch (NacosException | RuntimeException ex) {
			return null;
		}
	}

	private static @Nullable Live answer(Future<@Nullable Live> question, long end) {
		try {
			return question.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException | ExecutionException | CancellationException ex) {
			return null;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return null;
		}
	}

	private record Question(FailoverNamespace namespace, ServiceKey key) {

	}

	/** Queries the server. */
	@FunctionalInterface
	interface Asking {

		/**
		 * Asks for services.
		 * @param namespace the namespace
		 * @param keys the services
		 * @return their instances; a service that the server did not answer for is
		 * missing
		 */
		Map<ServiceKey, Live> ask(FailoverNamespace namespace, Collection<ServiceKey> keys);

	}

	/**
	 * What is live of a service.
	 *
	 * @param registered what the server lists now
	 * @param cached what a query would be answered with, {@code null} if that is not
	 * known
	 */
	public record Live(List<Instance> registered, @Nullable List<Instance> cached) {

		/**
		 * Number of healthy instances that queries can count on.
		 * @return the smaller number of the two
		 */
		long healthy() {
			long healthy = healthy(this.registered);
			return (this.cached != null) ? Math.min(healthy, healthy(this.cached)) : healthy;
		}

		/**
		 * The part of it in some clusters.
		 * @param clusters the names, comma separated, {@code null} for all
		 */
		Live in(@Nullable String clusters) {
			if (clusters == null) {
				return this;
			}
			Set<String> names = Set.of(clusters.split(","));
			return new Live(in(names, this.registered), (this.cached != null) ? in(names, this.cached) : null);
		}

		private static List<Instance> in(Set<String> clusters, List<Instance> instances) {
			return instances.stream().filter((instance) -> clusters.contains(instance.getClusterName())).toList();
		}

		private static long healthy(List<Instance> instances) {
			return instances.stream().filter(Instance::isHealthy).count();
		}

	}

}
