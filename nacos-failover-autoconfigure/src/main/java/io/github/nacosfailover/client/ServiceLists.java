package io.github.nacosfailover.client;

import io.github.nacosfailover.engine.ServerStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.ListView;
import com.alibaba.nacos.api.selector.AbstractSelector;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServerStatus;
import org.jspecify.annotations.Nullable;

/**
 * Lists the services of a group while failover is on: those that are served, and those of
 * the server if it answers in time.
 */
final class ServiceLists {

	private static final long SERVER_TIMEOUT_MILLIS = 1000;

	private final NamingService client;

	private final FailoverNamespace namespace;

	private final Executor executor;

	ServiceLists(NamingService client, FailoverNamespace namespace, Executor executor) {
		this.client = client;
		this.namespace = namespace;
		this.executor = executor;
	}

	ListView<String> list(int page, int size, String group, @Nullable AbstractSelector selector) {
		TreeSet<String> names = new TreeSet<>(this.namespace.view().answers().services(group));
		names.addAll(queryServer(group, selector));
		List<String> all = new ArrayList<>(names);
		long from = Math.min(all.size(), Math.max(0L, (page - 1L) * size));
		long to = Math.min(all.size(), from + Math.max(0, size));
		ListView<String> view = new ListView<>();
		view.setCount(all.size());
		view.setData(new ArrayList<>(all.subList((int) from, (int) to)));
		return view;
	}

	private List<String> queryServer(String group, @Nullable AbstractSelector selector) {
		CompletableFuture<List<String>> answer = new CompletableFuture<>();
		try {
			this.executor.execute(() -> answer.complete(query(group, selector)));
			return answer.get(SERVER_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException | ExecutionException | RejectedExecutionException ex) {
			return List.of();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return List.of();
		}
	}

	@SuppressWarnings("deprecation")
	private List<String> query(String group, @Nullable AbstractSelector selector) {
		try {
			// Without a connection the client would query the server over HTTP, and
			// block.
			if (ServerStatus.of(this.client.getServerStatus()) != ServerStatus.UP) {
				return List.of();
			}
			return ((selector != null) ? this.client.getServicesOfServer(1, Integer.MAX_VALUE, group, selector)
					: this.client.getServicesOfServer(1, Integer.MAX_VALUE, group))
				.getData();
		}
		catch (NacosException | RuntimeException ex) {
			return List.of();
		}
	}

}
