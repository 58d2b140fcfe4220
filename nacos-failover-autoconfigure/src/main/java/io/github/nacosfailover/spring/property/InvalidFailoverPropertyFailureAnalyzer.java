package io.github.nacosfailover.spring.property;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says which property is wrong and what to set instead.
 */
public class InvalidFailoverPropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidFailoverPropertyException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidFailoverPropertyException cause) {
		return new FailureAnalysis(cause.getMessage() + ".", cause.getAction() + ".", cause);
	}

}
