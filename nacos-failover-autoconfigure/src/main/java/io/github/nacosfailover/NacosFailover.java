package io.github.nacosfailover;

import java.util.List;

import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.exception.UnknownNamespaceException;
import io.github.nacosfailover.exception.UnknownServiceException;
import io.github.nacosfailover.report.FailoverStatus;
import io.github.nacosfailover.report.PreflightReport;
import io.github.nacosfailover.report.ServiceComparison;
import io.github.nacosfailover.report.SwitchHistory;
import io.github.nacosfailover.request.ServiceSwitchRequest;
import io.github.nacosfailover.request.StageEndRequest;
import io.github.nacosfailover.request.StatusRequest;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.request.WhenSafeRequest;
import org.jspecify.annotations.Nullable;

/**
 * Reads and flips failover. There is one bean of this type per application context; it is
 * what the actuator endpoint uses. Safe for use by any thread.
 */
public interface NacosFailover {

	/**
	 * What is switched and served now.
	 * @return a snapshot
	 */
	FailoverStatus status();

	/**
	 * What is switched and served now, with some of the services.
	 * @param request which services
	 * @return a snapshot
	 * @throws UnknownNamespaceException if no client uses the namespace
	 */
	FailoverStatus status(StatusRequest request);

	/**
	 * Switches failover. When the method returns, every query of this process that starts
	 * from then on sees the change. Calls are carried out one after the other; the last
	 * one wins.
	 * @param request what to switch
	 * @return what is switched and served afterwards
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws FailoverRefusedException if it was refused; nothing has changed
	 */
	FailoverStatus switchFailover(SwitchRequest request);

	/**
	 * Switches failover of one service, whatever the switch of its namespace says. When
	 * the method returns, every query of this process that starts from then on sees the
	 * change.
	 * @param request what to switch
	 * @return what is switched and served afterwards
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws UnknownServiceException if neither a backup nor the server knows the
	 * service
	 * @throws FailoverRefusedException if it was refused; nothing has changed
	 * @throws IllegalArgumentException if the service name is malformed
	 */
	FailoverStatus switchService(ServiceSwitchRequest request);

	/**
	 * Switches failover off as soon as the guards have no finding and every served
	 * service was found complete at two checks, or not at all after a time. Returns at
	 * once. The request is kept in the memory of this process, one per namespace: another
	 * request replaces it, and a change of the switch cancels it.
	 * @param request what to switch off, and how long that may wait
	 * @return what is switched and served now
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws FailoverRefusedException if there is nothing to switch off, or another
	 * source governs the switch; nothing has changed
	 * @throws IllegalArgumentException if the name of a service is malformed
	 */
	FailoverStatus switchOffWhenSafe(WhenSafeRequest request);

	/**
	 * Ends the stage of a shared switch before its time: the other instances follow at
	 * once, or the first share goes back.
	 * @param request how it ends
	 * @return what is switched and served afterwards
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws FailoverRefusedException if no stage is running, or it was refused; nothing
	 * has changed
	 */
	FailoverStatus endStage(StageEndRequest request);

	/**
	 * What would happen if failover were switched on or off now: the services in use,
	 * their backups, and what the server says of them. Asks the server, and may take
	 * seconds.
	 * @param namespace the namespace, {@code null} for all
	 * @param probe whether to try to connect to the instances of the backups
	 * @return the report
	 * @throws UnknownNamespaceException if no client uses the namespace
	 */
	PreflightReport preflight(@Nullable String namespace, boolean probe);

	/**
	 * The last changes of the switch, those that were refused among them. What is in
	 * force always has an entry.
	 * @param namespace the namespace, {@code null} for all
	 * @return the changes, newest first: 100 that were made and 20 that were refused at
	 * most, and who has last switched each namespace
	 * @throws UnknownNamespaceException if no client uses the namespace
	 */
	SwitchHistory history(@Nullable String namespace);

	/**
	 * Compares the backup of a service with what the server last reported.
	 * @param service {@code group@@service}, or {@code service} in {@code DEFAULT_GROUP}
	 * @param namespace the namespace, {@code null} for the first that knows the service
	 * @return the comparison, or {@code null} if neither backup nor server knows it
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws IllegalArgumentException if the service name is malformed
	 */
	@Nullable ServiceComparison compare(String service, @Nullable String namespace);

	/**
	 * Services that somebody may have meant who has mistyped a name.
	 * @param service {@code group@@service}, or {@code service} in {@code DEFAULT_GROUP}
	 * @param namespace the namespace, {@code null} for all
	 * @return names of similar services with a backup or in use, the most similar first,
	 * three at most
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws IllegalArgumentException if the service name is malformed
	 */
	default List<String> similarServices(String service, @Nullable String namespace) {
		return List.of();
	}

	/**
	 * Reports that a call could not connect to an instance. While the service is served
	 * from its backup, an instance that five calls in a row have failed at is marked as
	 * unhealthy for a while. With Spring Cloud LoadBalancer this is done without this
	 * call.
	 * @param service {@code group@@service}, or {@code service} in {@code DEFAULT_GROUP}
	 * @param instance the instance
	 * @throws IllegalArgumentException if the service name is malformed
	 */
	default void reportFailure(String service, Instance instance) {
	}

	/**
	 * Puts failover around a naming client that was made by hand: its queries and
	 * subscriptions are answered from backups while failover is on. Clients that are
	 * beans are decorated without this call.
	 * @param namingService the client as {@code NacosFactory} made it
	 * @return the decorated client, to be used in its place; the given one if it is
	 * decorated already
	 * @throws IllegalStateException if the client belongs to another application context,
	 * or is not one that failover can be put around
	 */
	NamingService decorate(NamingService namingService);

}
