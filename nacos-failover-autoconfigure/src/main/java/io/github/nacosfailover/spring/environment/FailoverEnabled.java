package io.github.nacosfailover.spring.environment;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether {@code nacos.failover.enabled} is not set to false, in any of the spellings
 * that the properties understand, such as {@code off}. If it is, nothing else of ours is
 * looked at.
 */
public class FailoverEnabled implements Condition {

	private static final String PROPERTY = "nacos.failover.enabled";

	@Override
	public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
		return in(context.getEnvironment());
	}

	static boolean in(Environment environment) {
		try {
			return environment.getProperty(PROPERTY, Boolean.class, true);
		}
		catch (RuntimeException ex) {
			// Neither true nor false: the binding of the properties says so.
			return true;
		}
	}

}
