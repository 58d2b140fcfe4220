package io.github.nacosfailover.spring.bean;

import java.nio.file.Path;

import com.alibaba.nacos.client.naming.NacosNamingService;
import io.github.nacosfailover.testsupport.OfflineClients;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where a client cannot be put behind a subclass.
 */
class ClassBasedProxiesTests {

	@Test
	void nativeImageHasNone(@TempDir Path home) {
		NacosNamingService client = OfflineClients.create(home);
		try {
			assertThat(ClassBasedProxies.INSTANCE.obstacle(client, false)).isNull();
			assertThat(ClassBasedProxies.INSTANCE.obstacle(client, true)).contains("native image");
		}
		finally {
			OfflineClients.shutDown(client);
		}
	}

}
