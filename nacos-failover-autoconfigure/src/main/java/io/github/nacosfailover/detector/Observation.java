package io.github.nacosfailover.detector;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a service at one instant. Addresses are {@code ip:port}.
 *
 * @param at the time on a monotonic clock, in nanoseconds
 * @param backup healthy instances of the backup
 * @param backupUsable whether the backup is recent enough to be held
 * @param live healthy instances that the server lists, or that the client remembers while
 * the server is down; {@code null} if there is no answer
 * @param serverUp whether the server can be reached
 * @param downNanos how long it has been down, 0 if it is up
 * @param neverAnswered whether the server has not answered for the service since the
 * process started
 * @param outageLikely whether other services have lost instances at the same time, or the
 * fleet holds this one
 * @param mayAct whether the process has been observing for long enough, without a pause
 * @param operatorDecided whether an operator has switched failover for the service
 */
public record Observation(long at, Set<String> backup, boolean backupUsable, @Nullable Set<String> live,
		boolean serverUp, long downNanos, boolean neverAnswered, boolean outageLikely, boolean mayAct,
		boolean operatorDecided) {

}
