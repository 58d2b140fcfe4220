package io.github.nacosfailover.spring.event;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.event.SwitchChangedEvent;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes each change of the switch as an event of Spring Boot's audit.
 */
public class SwitchAudit extends SwitchEvents {

	private static final String TYPE = "NACOS_FAILOVER_SWITCH";

	public SwitchAudit(FailoverEngine engine, ApplicationEventPublisher publisher) {
		super(engine, publisher);
	}

	@Override
	public void switchChanged(FailoverNamespace namespace, SwitchChangedEvent change, @Nullable Duration took) {
		Map<String, Object> data = new LinkedHashMap<>();
		data.put("namespace", change.namespace());
		put(data, "service", change.service());
		put(data, "before", change.before());
		put(data, "after", change.after());
		data.put("origin", change.origin().toString());
		put(data, "reason", change.reason());
		put(data, "until", change.until());
		data.put("outcome", change.outcome().toString());
		data.put("findings", change.findings());
		publish(new AuditApplicationEvent(change.by(), TYPE, data));
	}

	private static void put(Map<String, Object> data, String name, @Nullable Object value) {
		if (value != null) {
			data.put(name, value);
		}
	}

}
