package io.github.nacosfailover.store.disk;

/**
 * Where in which pack the compressed content of a backup is.
 *
 * @param pack number of the pack
 * @param offset its first byte
 * @param length number of its bytes
 */
record PackedContent(long pack, long offset, int length) {

}
