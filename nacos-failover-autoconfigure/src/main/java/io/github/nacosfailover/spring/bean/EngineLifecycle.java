package io.github.nacosfailover.spring.bean;

import io.github.nacosfailover.bridge.Bridges;
import io.github.nacosfailover.engine.FailoverEngine;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Opens the engine of a context to the naming clients of the JVM for as long as the
 * context lives.
 */
public class EngineLifecycle implements ApplicationListener<ContextRefreshedEvent>, DisposableBean {

	private final FailoverEngine engine;

	public EngineLifecycle(FailoverEngine engine) {
		this.engine = engine;
		Bridges.prime();
		Bridges.activate(engine);
	}

	/**
	 * Called when this context or a child of it creates its first bean.
	 */
	void contextStarts() {
		Bridges.starting(this.engine);
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		Bridges.started(this.engine);
	}

	@Override
	public void destroy() {
		Bridges.deactivate(this.engine);
		this.engine.close();
	}

}
