package io.github.nacosfailover.actuate.info;

import java.util.LinkedHashMap;
import java.util.Map;

import com.alibaba.nacos.common.utils.VersionUtils;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.View;

import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/**
 * {@link InfoContributor} of failover.
 */
public class NacosFailoverInfoContributor implements InfoContributor {

	private final FailoverEngine engine;

	public NacosFailoverInfoContributor(FailoverEngine engine) {
		this.engine = engine;
	}

	@Override
	public void contribute(Info.Builder builder) {
		this.engine.faults().run("info", () -> addDetails(builder));
	}

	private void addDetails(Info.Builder builder) {
		Map<String, Object> namespaces = new LinkedHashMap<>();
		this.engine.namespaces().forEach((namespace) -> namespaces.put(namespace.name(), describe(namespace)));
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("nacosClient", VersionUtils.version);
		details.put("namespaces", namespaces);
		builder.withDetail("nacosFailover", details);
	}

	private static Map<String, Object> describe(FailoverNamespace namespace) {
		View view = namespace.view();
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("enabled", view.isOn());
		details.put("source", view.activeSource().name());
		details.put("exceptions", view.failoverSwitch().exceptions().size());
		details.put("backups", view.backups().size());
		details.put("served", view.served().size());
		details.put("inUse", namespace.used().size());
		return details;
	}

}
