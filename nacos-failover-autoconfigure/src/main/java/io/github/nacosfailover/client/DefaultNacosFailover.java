package io.github.nacosfailover.client;

import java.util.List;

import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.StatusReport;
import io.github.nacosfailover.guard.Preflight;
import io.github.nacosfailover.guard.SwitchLease;
import io.github.nacosfailover.liveness.LivenessMonitor;
import io.github.nacosfailover.report.FailoverStatus;
import io.github.nacosfailover.report.PreflightReport;
import io.github.nacosfailover.report.ServiceComparison;
import io.github.nacosfailover.report.SwitchHistory;
import io.github.nacosfailover.request.ServiceSwitchRequest;
import io.github.nacosfailover.request.StageEndRequest;
import io.github.nacosfailover.request.StatusRequest;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.request.WhenSafeRequest;
import org.jspecify.annotations.Nullable;

/**
 * Implements the Java API for an engine.
 */
public final class DefaultNacosFailover implements NacosFailover {

	private final FailoverEngine engine;

	private final NamingServiceDecorator decorator;

	private final Preflight preflight;

	private final SwitchLease lease;

	private final LivenessMonitor liveness;

	public DefaultNacosFailover(FailoverEngine engine, NamingServiceDecorator decorator, Preflight preflight,
			SwitchLease lease, LivenessMonitor liveness) {
		this.lease = lease;
		this.liveness = liveness;
		this.preflight = preflight;
		this.engine = engine;
		this.decorator = decorator;
	}

	@Override
	public FailoverStatus status() {
		return StatusReport.of(this.engine);
	}

	@Override
	public FailoverStatus status(StatusRequest request) {
		return StatusReport.of(this.engine, request);
	}

	@Override
	public FailoverStatus switchFailover(SwitchRequest request) {
		this.engine.switchFailover(request);
		return status();
	}

	@Override
	public FailoverStatus switchService(ServiceSwitchRequest request) {
		this.engine.switchService(request);
		return status();
	}

	@Override
	public FailoverStatus switchOffWhenSafe(WhenSafeRequest request) {
		this.lease.switchOffWhenSafe(request);
		return status();
	}

	@Override
	public FailoverStatus endStage(StageEndRequest request) {
		this.engine.endStage(request);
		return status();
	}

	@Override
	public PreflightReport preflight(@Nullable String namespace, boolean probe) {
		return this.preflight.report(this.engine.namespaces(namespace), probe);
	}

	@Override
	public SwitchHistory history(@Nullable String namespace) {
		return new SwitchHistory(this.engine.history(namespace));
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
	public List<String> similarServices(String service, @Nullable String namespace) {
		return this.engine.similarServices(ServiceKey.parseLenient(service), namespace);
	}

	@Override
	public void reportFailure(String service, Instance instance) {
		ServiceKey key = ServiceKey.parseLenient(service);
		this.engine.namespaces()
			.forEach((namespace) -> this.liveness.callFailed(namespace, key, instance.toInetAddr()));
	}

	@Override
	public NamingService decorate(NamingService namingService) {
		return this.decorator.decorate(namingService);
	}

}
