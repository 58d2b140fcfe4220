package io.github.nacosfailover.store.redis;

import java.util.ArrayList;
import java.util.List;

import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.shared.SharedStoreOutageTestBase;
import org.junit.jupiter.api.AfterEach;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.Lifecycle;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Processes on Redis servers that fail.
 */
abstract class RedisOutageTestBase extends SharedStoreOutageTestBase {

	private final List<DisposableBean> opened = new ArrayList<>();

	private RedisConnectionFactory connections;

	@AfterEach
	void close() throws Exception {
		for (DisposableBean connections : this.opened) {
			connections.destroy();
		}
		stopServers();
	}

	/** Ends the servers, to which nobody is connected any more. */
	abstract void stopServers() throws Exception;

	/** Connects the processes that are started from now on. */
	final <C extends RedisConnectionFactory & InitializingBean & Lifecycle & DisposableBean> void connect(C connections)
			throws Exception {
		this.connections = open(connections);
	}

	/** Readies connections, which are closed after the test. */
	final <C extends RedisConnectionFactory & InitializingBean & Lifecycle & DisposableBean> C open(C connections)
			throws Exception {
		connections.afterPropertiesSet();
		connections.start();
		this.opened.add(connections);
		return connections;
	}

	@Override
	protected final Documents documents(String namespace) {
		return documents(namespace, this.connections);
	}

	static Documents documents(String namespace, RedisConnectionFactory connections) {
		return new RedisDocumentsFactory(connections, "nacos-failover", CALL).open(namespace);
	}

}
