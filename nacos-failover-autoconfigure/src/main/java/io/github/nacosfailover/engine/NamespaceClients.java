package io.github.nacosfailover.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.thread.Faults;
import org.jspecify.annotations.Nullable;

/**
 * The naming clients of a namespace, seen as one.
 */
final class NamespaceClients {

	private final List<NamespaceClient> clients = new CopyOnWriteArrayList<>();

	private final Faults faults;

	NamespaceClients(Faults faults) {
		this.faults = faults;
	}

	void add(NamespaceClient client) {
		this.clients.add(client);
	}

	void remove(NamespaceClient client) {
		this.clients.remove(client);
	}

	boolean isEmpty() {
		return this.clients.isEmpty();
	}

	/** Tells all of them that there is a new view. */
	void viewChanged() {
		this.clients.forEach((client) -> this.faults.run(Faults.activity("notifying", client), client::viewChanged));
	}

	/**
	 * State of the server as the clients see it.
	 * @return the best status that any of them sees
	 */
	ServerStatus serverStatus() {
		ServerStatus status = ServerStatus.UNKNOWN;
		for (NamespaceClient client : this.clients) {
			ServerStatus found = this.faults.ask("status of the server", client::serverStatus);
			if (found == ServerStatus.UP) {
				return found;
			}
			if (found == ServerStatus.DOWN) {
				status = found;
			}
		}
		return status;
	}

	/**
	 * What the server last reported about a service.
	 * @param key the service
	 * @return its instances, or {@code null} if no client knows
	 */
	@Nullable List<Instance> live(ServiceKey key) {
		// A client that can be asked knows better than the files of one that cannot.
		List<Instance> live = live(key, true);
		return (live != null) ? live : live(key, false);
	}

	/**
	 * What the server last reported to some of the clients about a service.
	 * @param key the service
	 * @param counted whether to ask those whose queries are counted, or the others
	 * @return its instances, or {@code null} if no such client knows
	 */
	@Nullable List<Instance> live(ServiceKey key, boolean counted) {
		for (NamespaceClient client : this.clients) {
			List<Instance> live = (client.countsQueries() == counted) ? client.live(key) : null;
			if (live != null) {
				return live;
			}
		}
		return null;
	}

	/**
	 * Whether there are clients of which nobody knows what they are asked for.
	 */
	boolean hasUncounted() {
		return this.clients.stream().anyMatch((client) -> !client.countsQueries());
	}

	/**
	 * The first answer that a client has to a question.
	 * @param question the question
	 * @param <T> type of the answer
	 * @return the answer, {@code null} if there is none
	 * @throws NacosException if a client has failed and no other has an answer
	 */
	<T> @Nullable T firstAnswer(Question<T> question) throws NacosException {
		// What a client that can ask does not know, the files of another cannot tell.
		List<NamespaceClient> asking = this.clients.stream().filter(NamespaceClient::countsQueries).toList();
		NacosException failure = null;
		for (NamespaceClient client : asking.isEmpty() ? this.clients : asking) {
			try {
				T answer = question.ask(client);
				if (answer != null) {
					return answer;
				}
			}
			catch (NacosException ex) {
				failure = ex;
			}
		}
		if (failure != null) {
			throw failure;
		}
		return null;
	}

	/**
	 * Waits until queries through all clients see a view.
	 * @param expected the view
	 * @param timeout how long to wait at most
	 * @return whether they do
	 */
	boolean awaitApplied(View expected, Duration timeout) {
		long end = System.nanoTime() + timeout.toNanos();
		boolean applied = true;
		for (NamespaceClient client : this.clients) {
			Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
			applied &= Boolean.TRUE.equals(
					this.faults.ask(Faults.activity("waiting for", client), () -> client.awaitApplied(expected, left)));
		}
		return applied;
	}

	/** Something that a client may know. */
	interface Question<T> {

		@Nullable T ask(NamespaceClient client) throws NacosException;

	}

}
