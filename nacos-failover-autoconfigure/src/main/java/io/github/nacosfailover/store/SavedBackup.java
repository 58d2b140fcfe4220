package io.github.nacosfailover.store;

/**
 * A backup as an archive has written it.
 *
 * @param digest digest of its content: equal if and only if the content is
 * @param instances number of instances
 * @param healthy number of healthy ones among them
 */
public record SavedBackup(String digest, int instances, int healthy) {

}
