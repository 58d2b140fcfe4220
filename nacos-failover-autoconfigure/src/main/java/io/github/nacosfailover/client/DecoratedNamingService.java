package io.github.nacosfailover.client;

import com.alibaba.nacos.api.naming.NamingService;

/**
 * Implemented by naming clients that failover has been put around.
 */
public interface DecoratedNamingService {

	/**
	 * The client itself, whose answers are always live.
	 * @return the undecorated client
	 */
	NamingService undecoratedNamingService();

}
