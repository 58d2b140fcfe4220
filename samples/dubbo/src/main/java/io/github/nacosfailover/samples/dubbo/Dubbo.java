package io.github.nacosfailover.samples.dubbo;

import java.util.Map;

import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;
import org.apache.dubbo.rpc.model.FrameworkModel;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * What provider and consumer have in common: a name and a registry.
 */
@Component
class Dubbo {

	private final String serverAddr;

	private final String registerMode;

	Dubbo(@Value("${sample.nacos}") String serverAddr, @Value("${sample.register-mode:all}") String registerMode) {
		this.serverAddr = serverAddr;
		this.registerMode = registerMode;
	}

	DubboBootstrap bootstrap(String applicationName) {
		ApplicationConfig application = new ApplicationConfig(applicationName);
		application.setQosEnable(false);
		application.setMetadataServiceProtocol("dubbo");
		application.setRegisterMode(this.registerMode);
		RegistryConfig registry = new RegistryConfig("nacos://" + this.serverAddr);
		// Without them a consumer does not start while the server is down.
		registry.setCheck(false);
		registry.setParameters(Map.of("nacos.check", "false", "namingLoadCacheAtStart", "false"));
		registry.setUseAsConfigCenter(false);
		registry.setUseAsMetadataCenter(false);
		return DubboBootstrap.newInstance(new FrameworkModel()).application(application).registry(registry);
	}

}
