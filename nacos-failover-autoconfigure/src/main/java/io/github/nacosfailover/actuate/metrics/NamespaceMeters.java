package io.github.nacosfailover.actuate.metrics;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;

import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverListener;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.View;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Base of meters that exist for every namespace. Namespaces come into being with the
 * first client, and so do their meters, in every registry.
 */
abstract class NamespaceMeters implements MeterBinder, FailoverListener, AutoCloseable {

	static final String PREFIX = "nacos.failover.";

	static final String NAMESPACE = "namespace";

	private final FailoverEngine engine;

	private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	private final Set<String> known = ConcurrentHashMap.newKeySet();

	/**
	 * Creates no meter yet. A subclass adds itself as a listener of the engine when it is
	 * complete.
	 * @param engine the engine
	 */
	NamespaceMeters(FailoverEngine engine) {
		this.engine = engine;
	}

	@Override
	public final void bindTo(MeterRegistry registry) {
		this.registries.add(registry);
		this.engine.faults().run("binding of meters", () -> {
			bindShared(registry);
			this.engine.namespaces().forEach((namespace) -> {
				this.known.add(namespace.name());
				bind(registry, namespace);
			});
		});
	}

	/** Binds the meters that do not belong to a namespace. */
	void bindShared(MeterRegistry registry) {
	}

	/** Binds the meters of a namespace. */
	abstract void bind(MeterRegistry registry, FailoverNamespace namespace);

	final FailoverEngine engine() {
		return this.engine;
	}

	final List<MeterRegistry> registries() {
		return this.registries;
	}

	@Override
	public final void namespaceOpened(FailoverNamespace namespace) {
		if (this.known.add(namespace.name())) {
			this.registries.forEach((registry) -> bind(registry, namespace));
		}
	}

	@Override
	public final void viewChanged(FailoverNamespace namespace, View before, View after) {
		// Gauges look at the view themselves.
	}

	static void gauge(MeterRegistry registry, FailoverNamespace namespace, String name, String description,
			ToDoubleFunction<FailoverNamespace> value, String... tags) {
		gauge(namespace, name, description, value).tags(tags).register(registry);
	}

	static void age(MeterRegistry registry, FailoverNamespace namespace, String name, String description,
			ToDoubleFunction<FailoverNamespace> seconds) {
		gauge(namespace, name, description, seconds).baseUnit("seconds").register(registry);
	}

	private static Gauge.Builder<FailoverNamespace> gauge(FailoverNamespace namespace, String name, String description,
			ToDoubleFunction<FailoverNamespace> value) {
		return Gauge.builder(PREFIX + name, namespace, (it) -> measure(it, name, value))
			.description(description)
			.tag(NAMESPACE, namespace.name())
			.strongReference(true);
	}

	/** Without this, registries differ in what they do about a failure. */
	private static double measure(FailoverNamespace namespace, String name, ToDoubleFunction<FailoverNamespace> value) {
		Double measured = namespace.faults().ask("gauge " + PREFIX + name, () -> value.applyAsDouble(namespace));
		return (measured != null) ? measured : Double.NaN;
	}

	@Override
	public final void close() {
		this.engine.removeListener(this);
		this.registries.clear();
	}

}
