package io.github.nacosfailover.autoconfigure;

import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.spring.event.SwitchAudit;

import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * Audits the switch where there is Spring Boot's actuator.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(AuditApplicationEvent.class)
class SwitchAuditConfiguration {

	@Bean
	@ConditionalOnMissingBean
	@Lazy(false)
	SwitchAudit nacosFailoverSwitchAudit(FailoverEngine engine, ApplicationEventPublisher publisher) {
		return new SwitchAudit(engine, publisher);
	}

}
