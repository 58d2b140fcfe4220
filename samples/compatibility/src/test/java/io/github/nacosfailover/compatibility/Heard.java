package io.github.nacosfailover.compatibility;

import java.util.List;

import com.alibaba.nacos.api.naming.listener.EventListener;
import com.alibaba.nacos.api.naming.listener.NamingEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a listener has heard.
 */
final class Heard {

	private Heard() {
	}

	static EventListener in(List<List<String>> heard) {
		return (event) -> heard.add(Nacos.addresses(((NamingEvent) event).getInstances()));
	}

	static void awaitLast(List<List<String>> heard, String... addresses) {
		await().untilAsserted(() -> {
			assertThat(heard).isNotEmpty();
			assertThat(heard.get(heard.size() - 1)).containsExactly(addresses);
		});
	}

}
