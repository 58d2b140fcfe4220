package io.github.nacosfailover.client;

import java.util.List;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.ServiceKey;

/**
 * Observes the queries of decorated clients. Called on the thread of the query; a failure
 * is listed under {@code problems} and does not affect the query.
 */
public interface QueryObserver {

	/**
	 * Called before a query is answered.
	 * @param namespace name of the namespace
	 * @param service the service that is asked for, without clusters
	 * @param method name of the method, such as {@code getAllInstances}
	 * @return is notified of the answer
	 */
	Query start(String namespace, ServiceKey service, String method);

	/** One query. */
	interface Query {

		/**
		 * Called if the query is answered by this process. If it never is, the query was
		 * passed on to the Nacos client.
		 * @param hold whether the service is held by the detector, as opposed to served
		 * from its backup
		 * @param instances the instances of the answer, which belong to the caller
		 */
		void served(boolean hold, List<Instance> instances);

		/**
		 * Called if the query fails.
		 * @param failure what the caller gets
		 */
		void failed(Throwable failure);

		/** Called at the end, after the other methods. */
		void stop();

	}

}
