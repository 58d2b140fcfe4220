/**
 * What Spring Cloud and Spring Cloud Alibaba need to take part in failover.
 */
@NullMarked
package io.github.nacosfailover.spring.cloud;

import org.jspecify.annotations.NullMarked;
