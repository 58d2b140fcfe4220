package io.github.nacosfailover.engine;

import java.time.Duration;
import java.util.List;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * A naming client of a namespace, as the engine sees it.
 */
public interface NamespaceClient {

	/**
	 * Records that the namespace has a new view. Queries read the view themselves; the
	 * client has to tell its subscribers. Must not block.
	 */
	void viewChanged();

	/**
	 * Waits until queries through this client see the view.
	 * @param view the view
	 * @param timeout how long to wait at most
	 * @return whether they do
	 */
	boolean awaitApplied(View view, Duration timeout);

	/**
	 * State of the server.
	 * @return {@link ServerStatus#UNKNOWN} if this client cannot tell
	 */
	ServerStatus serverStatus();

	/**
	 * Whether the client has been shut down, though nobody may have told the namespace.
	 * @return {@code false} if it is in use, or this cannot tell
	 */
	default boolean hasEnded() {
		return false;
	}

	/**
	 * Whether queries through this client are counted, so that it is known which services
	 * they are for.
	 * @return {@code false} for a client that nobody decorates
	 */
	boolean countsQueries();

	/**
	 * What the server last reported to the client about a service.
	 * @param key the service
	 * @return its instances, or {@code null} if this client does not know
	 */
	@Nullable List<Instance> live(ServiceKey key);

	/**
	 * Asks the server for a service now, past every cache.
	 * @param key the service
	 * @return its instances, or {@code null} if this client cannot ask, or is not sure
	 * that the answer is the server's own
	 * @throws NacosException if the server does not answer
	 */
	@Nullable List<Instance> ask(ServiceKey key) throws NacosException;

	/**
	 * Names of the services that the server has in a group, one page of them.
	 * @param page the page, from 1
	 * @param size size of a page
	 * @param group the group
	 * @return the names, or {@code null} if this client cannot ask
	 * @throws NacosException if the server does not answer
	 */
	@Nullable List<String> servicesOfServer(int page, int size, String group) throws NacosException;

}
