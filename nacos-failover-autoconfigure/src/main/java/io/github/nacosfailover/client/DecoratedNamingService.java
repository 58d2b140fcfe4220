package io.github.nacosfailover.client;

import com.alibaba.nacos.api.naming.NamingService;

import org.springframework.aop.RawTargetAccess;

/**
 * Implemented by naming clients that failover has been put around. They may be proxies of
 * Spring, which would hand out themselves in place of the client.
 */
public interface DecoratedNamingService extends RawTargetAccess {

	/**
	 * The client itself, whose answers are always live.
	 * @return the undecorated client
	 */
	NamingService undecoratedNamingService();

}
