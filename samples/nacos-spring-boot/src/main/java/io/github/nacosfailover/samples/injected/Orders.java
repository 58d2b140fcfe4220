package io.github.nacosfailover.samples.injected;

import java.util.List;

import com.alibaba.nacos.api.annotation.NacosInjected;
import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;

import org.springframework.stereotype.Component;

/**
 * Application code as nacos-spring-boot-project documents it: nothing of it knows of
 * failover.
 */
@Component
public class Orders {

	@NacosInjected
	private NamingService namingService;

	public List<String> addresses() throws NacosException {
		return this.namingService.getAllInstances("orders").stream().map(Instance::toInetAddr).toList();
	}

	public NamingService namingService() {
		return this.namingService;
	}

}
