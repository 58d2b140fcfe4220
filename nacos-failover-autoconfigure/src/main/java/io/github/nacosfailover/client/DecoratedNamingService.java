package io.github.nacosfailover.client;

import com.alibaba.nacos.api.naming.NamingService;
import org.springframework.aop.RawTargetAccess;

/**
 * Implemented by decorated naming clients. {@link RawTargetAccess} keeps a proxy of
 * Spring from replacing the client that is returned by itself.
 */
public interface DecoratedNamingService extends RawTargetAccess {

	/**
	 * Return the client itself, whose answers are always live.
	 * @return the undecorated client
	 */
	NamingService undecoratedNamingService();

}
