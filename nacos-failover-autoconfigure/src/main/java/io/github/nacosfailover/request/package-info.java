/**
 * What callers ask of the API and the endpoint.
 */
@NullMarked
package io.github.nacosfailover.request;

import org.jspecify.annotations.NullMarked;
