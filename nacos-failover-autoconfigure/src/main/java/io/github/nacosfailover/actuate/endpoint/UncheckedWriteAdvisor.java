package io.github.nacosfailover.actuate.endpoint;

import java.util.Set;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvoker;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameters;

/**
 * Refuses all writes over HTTP where nobody looks at their requests: with Jersey. What
 * came from the body and what from the query cannot be told any more here.
 */
public final class UncheckedWriteAdvisor implements OperationInvokerAdvisor {

	private static final int NOT_IMPLEMENTED = 501;

	private static final Set<EndpointId> ENDPOINTS = Set.of(EndpointId.of("nacosfailover"),
			EndpointId.of("nacosfailoversnapshots"));

	@Override
	public OperationInvoker apply(EndpointId endpointId, OperationType operationType, OperationParameters parameters,
			OperationInvoker invoker) {
		boolean web = parameters.stream().anyMatch((parameter) -> parameter.getType() == SecurityContext.class);
		if (operationType == OperationType.READ || !web || !ENDPOINTS.contains(endpointId)) {
			return invoker;
		}
		return (context) -> WebAnswers.message(NOT_IMPLEMENTED,
				"Writes over HTTP need Spring MVC or Spring WebFlux; use those, JMX or the bean NacosFailover");
	}

}
