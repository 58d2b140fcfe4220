package io.github.nacosfailover.spring.event;

import java.time.Duration;

import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverListener;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.event.SwitchChangedEvent;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes each change of the switch as an event of the application.
 */
public class SwitchEvents implements FailoverListener, InitializingBean, DisposableBean {

	private final FailoverEngine engine;

	private final ApplicationEventPublisher publisher;

	public SwitchEvents(FailoverEngine engine, ApplicationEventPublisher publisher) {
		this.engine = engine;
		this.publisher = publisher;
	}

	@Override
	public void afterPropertiesSet() {
		this.engine.addListener(this);
	}

	@Override
	public void viewChanged(FailoverNamespace namespace, View before, View after) {
		// A change of the switch is reported by itself.
	}

	@Override
	public void switchChanged(FailoverNamespace namespace, SwitchChangedEvent change, @Nullable Duration took) {
		publish(change);
	}

	final void publish(Object event) {
		this.engine.faults()
			.run("listeners of the application for " + event.getClass().getSimpleName(),
					() -> this.publisher.publishEvent(event));
	}

	@Override
	public void destroy() {
		this.engine.removeListener(this);
	}

}
