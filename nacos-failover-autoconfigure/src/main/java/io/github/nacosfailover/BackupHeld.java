package io.github.nacosfailover;

/**
 * Event: from now on a backup is kept although the server says something else.
 *
 * @param namespace the namespace
 * @param service the service, as {@code group@@service}
 * @param reason why, with numbers
 */
public record BackupHeld(String namespace, String service, String reason) {

}
