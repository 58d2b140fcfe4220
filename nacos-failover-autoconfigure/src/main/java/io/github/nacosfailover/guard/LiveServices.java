package io.github.nacosfailover.guard;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what queries would be answered live. The caches of the clients alone do not
 * tell: after a restart of the server they still hold what was true before it. Nor does
 * the server alone: when it is complete again, the caches may yet hold what it said while
 * it was not. So the poorer of both answers counts. Few services at a time, and not for
 * long.
 */
final class LiveServices {

	private final ExecutorService executor;

	private final Duration timeout;

	LiveServices(ExecutorService executor, Duration timeout) {
		this.executor = executor;
		this.timeout = timeout;
	}

	/**
	 * Asks for services.
	 * @param namespace the namespace
	 * @param keys the services
	 * @return their instances; a service that the server did not answer for is missing
	 */
	Map<ServiceKey, List<Instance>> ask(FailoverNamespace namespace, Collection<ServiceKey> keys) {
		Map<ServiceKey, Future<@Nullable List<Instance>>> questions = new HashMap<>();
		try {
			keys.forEach((key) -> questions.put(key, this.executor.submit(() -> ask(namespace, key))));
		}
		catch (RejectedExecutionException ex) {
			// The context is closing.
			return Map.of();
		}
		long end = System.nanoTime() + this.timeout.toNanos();
		Map<ServiceKey, List<Instance>> answers = new HashMap<>();
		questions.forEach((key, question) -> {
			List<Instance> answer = answer(question, end);
			if (answer != null) {
				answers.put(key, answer);
			}
		});
		return answers;
	}

	private static @Nullable List<Instance> ask(FailoverNamespace namespace, ServiceKey key) {
		try {
			List<Instance> answer = namespace.ask(key);
			List<Instance> cached = namespace.live(key);
			return (answer == null || (cached != null && healthy(cached) < healthy(answer))) ? cached : answer;
		}
		catch (NacosException | RuntimeException ex) {
			return null;
		}
	}

	private static long healthy(List<Instance> instances) {
		return instances.stream().filter(Instance::isHealthy).count();
	}

	private static @Nullable List<Instance> answer(Future<@Nullable List<Instance>> question, long end) {
		try {
			return question.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			question.cancel(false);
			return null;
		}
		catch (ExecutionException | CancellationException ex) {
			return null;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			question.cancel(false);
			return null;
		}
	}

}
