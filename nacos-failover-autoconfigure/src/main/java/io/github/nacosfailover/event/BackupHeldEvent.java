package io.github.nacosfailover.event;

/**
 * Event: from now on a backup is kept although the server says something else.
 *
 * @param namespace the namespace
 * @param service the service, as {@code group@@service}
 * @param reason why, with numbers
 */
public record BackupHeldEvent(String namespace, String service, String reason) {

}
