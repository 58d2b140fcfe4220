package io.github.nacosfailover.event;

import io.github.nacosfailover.report.DetectorStatus;
import io.github.nacosfailover.report.DetectorState;

/**
 * The detector sees a service in another state. Published as an application event, in
 * every mode but {@code off}.
 *
 * @param namespace the namespace
 * @param service the service
 * @param before its state until now
 * @param status its state from now on, and what it is based on
 */
public record DetectorStateChangedEvent(String namespace, String service, DetectorState before, DetectorStatus status) {

}
