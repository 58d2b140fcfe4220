/**
 * Answers of the API and the endpoint: immutable, and serialized as they are.
 */
@NullMarked
package io.github.nacosfailover.report;

import org.jspecify.annotations.NullMarked;
