package io.github.nacosfailover.autoconfigure;

import java.time.Duration;
import java.util.List;

import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.client.naming.backups.FailoverDataSource;
import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.NacosFailoverSnapshots;
import io.github.nacosfailover.client.DefaultNacosFailover;
import io.github.nacosfailover.client.NamingServiceDecorator;
import io.github.nacosfailover.client.QueryObserver;
import io.github.nacosfailover.client.ServerPushes;
import io.github.nacosfailover.detector.DrillHealth;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.SwitchRules;
import io.github.nacosfailover.guard.Preflight;
import io.github.nacosfailover.guard.ProcessHealth;
import io.github.nacosfailover.guard.SwitchLease;
import io.github.nacosfailover.liveness.LivenessMonitor;
import io.github.nacosfailover.snapshot.FailoverSnapshots;
import io.github.nacosfailover.spring.bean.EngineLifecycle;
import io.github.nacosfailover.spring.bean.NamingServiceBeanPostProcessor;
import io.github.nacosfailover.spring.bean.OrderedBeans;
import io.github.nacosfailover.spring.environment.FailoverEnabled;
import io.github.nacosfailover.spring.event.SwitchEvents;
import io.github.nacosfailover.store.document.DocumentsFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.BoundConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of failover for the Nacos naming client.
 */
@AutoConfiguration
@ConditionalOnClass({ NamingService.class, FailoverDataSource.class })
@Conditional(FailoverEnabled.class)
@EnableConfigurationProperties(NacosFailoverProperties.class)
@Import({ NamingClientConfiguration.class, NacosInjectedConfiguration.class, SwitchAuditConfiguration.class,
		SpringCloudAlibabaConfiguration.class, RedisStoreConfiguration.class, JdbcStoreConfiguration.class,
		CustomStoreConfiguration.class, DetectorConfiguration.class, ObservationConfiguration.class })
public final class NacosFailoverAutoConfiguration {

	private static final List<String> NEEDED_TO_OPEN = List.of(NacosFailoverAutoConfiguration.class.getName(),
			BoundConfigurationProperties.class.getName(), "nacos.failover-" + NacosFailoverProperties.class.getName(),
			"nacosFailoverPreflight", "nacosFailoverEngine", "nacosFailoverEngineLifecycle");

	@Bean
	static NamingServiceBeanPostProcessor nacosFailoverNamingServiceBeanPostProcessor(
			ObjectProvider<EngineLifecycle> lifecycle, ObjectProvider<NamingServiceDecorator> decorator) {
		return new NamingServiceBeanPostProcessor(lifecycle, decorator, NEEDED_TO_OPEN);
	}

	@Bean
	@ConditionalOnMissingBean
	FailoverEngine nacosFailoverEngine(NacosFailoverProperties properties, Preflight preflight,
			ObjectProvider<DocumentsFactory> documents, Environment environment, ListableBeanFactory beanFactory) {
		properties.validate();
		Duration remindAfter = properties.getGuard().getRemindAfter();
		SwitchRules rules = new SwitchRules(properties.getServices().patterns(), preflight,
				remindAfter.isZero() ? null : remindAfter);
		return new FailoverEngine(StoreFactories.of(properties, documents, environment),
				() -> OrderedBeans.byName(beanFactory, FailoverDataSource.class), rules);
	}

	@Bean
	@ConditionalOnMissingBean
	Preflight nacosFailoverPreflight(NacosFailoverProperties properties) {
		return new Preflight(properties.getGuard().settings(properties.getSnapshot().getSettle()));
	}

	@Bean
	@ConditionalOnMissingBean(name = "nacosFailoverSwitchEvents")
	@Lazy(false)
	SwitchEvents nacosFailoverSwitchEvents(FailoverEngine engine, ApplicationEventPublisher publisher) {
		return new SwitchEvents(engine, publisher);
	}

	@Bean
	@ConditionalOnMissingBean
	@Lazy(false)
	SwitchLease nacosFailoverSwitchLease(FailoverEngine engine, NacosFailoverProperties properties, Preflight preflight,
			LivenessMonitor liveness, ObjectProvider<DrillHealth> health) {
		return new SwitchLease(engine, properties.getGuard().getOnExpiry() == GuardProperties.OnExpiry.OFF_IF_SAFE,
				preflight,
				new ProcessHealth(liveness::failures, () -> health.getIfAvailable(() -> DrillHealth.NONE).notUp()));
	}

	@Bean
	@ConditionalOnMissingBean
	EngineLifecycle nacosFailoverEngineLifecycle(FailoverEngine engine) {
		return new EngineLifecycle(engine);
	}

	@Bean
	@ConditionalOnMissingBean
	NamingServiceDecorator nacosFailoverNamingServiceDecorator(FailoverEngine engine, EngineLifecycle opened,
			ObjectProvider<QueryObserver> observer) {
		return new NamingServiceDecorator(engine, observer.getIfAvailable());
	}

	@Bean
	@ConditionalOnMissingBean
	NacosFailover nacosFailover(FailoverEngine engine, NamingServiceDecorator decorator, Preflight preflight,
			SwitchLease lease, LivenessMonitor liveness) {
		return new DefaultNacosFailover(engine, decorator, preflight, lease, liveness);
	}

	@Bean
	@Lazy(false)
	@ConditionalOnMissingBean
	NacosFailoverSnapshots nacosFailoverSnapshots(FailoverEngine engine, NacosFailoverProperties properties,
			ApplicationEventPublisher publisher) {
		return new FailoverSnapshots(engine, properties.getSnapshot().toSettings(), publisher::publishEvent);
	}

	@Bean
	@Lazy(false)
	@ConditionalOnMissingBean
	ServerPushes nacosFailoverServerPushes(FailoverEngine engine) {
		return new ServerPushes(engine);
	}

}
