package io.github.nacosfailover.client;

import com.alibaba.nacos.api.naming.NamingService;
import io.github.nacosfailover.FailoverStatus;
import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.ServiceComparison;
import io.github.nacosfailover.SwitchRequest;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.StatusReport;
import org.jspecify.annotations.Nullable;

/**
 * The Java API over an engine.
 */
public final class DefaultNacosFailover implements NacosFailover {

	private final FailoverEngine engine;

	private final NamingServiceDecorator decorator;

	public DefaultNacosFailover(FailoverEngine engine, NamingServiceDecorator decorator) {
		this.engine = engine;
		this.decorator = decorator;
	}

	@Override
	public FailoverStatus status() {
		return StatusReport.of(this.engine);
	}

	@Override
	public FailoverStatus switchFailover(SwitchRequest request) {
		this.engine.switchFailover(request);
		return status();
	}

	@Override
	public @Nullable ServiceComparison compare(String service, @Nullable String namespace) {
		ServiceKey key = ServiceKey.parseLenient(service);
		for (FailoverNamespace candidate : this.engine.namespaces(namespace)) {
			ServiceComparison comparison = StatusReport.compare(candidate, key);
			if (comparison != null) {
				return comparison;
			}
		}
		return null;
	}

	@Override
	public NamingService decorate(NamingService namingService) {
		return this.decorator.decorate(namingService);
	}

}
