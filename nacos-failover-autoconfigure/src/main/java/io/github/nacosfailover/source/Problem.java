package io.github.nacosfailover.source;

/**
 * Something an operator should put right.
 *
 * @param location where: a file, or the name of a source
 * @param message what is wrong and what to do
 */
public record Problem(String location, String message) {

}
