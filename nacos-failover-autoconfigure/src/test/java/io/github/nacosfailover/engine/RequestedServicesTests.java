package io.github.nacosfailover.engine;

import java.time.LocalDate;
import java.util.List;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.testsupport.InMemoryStore;
import io.github.nacosfailover.testsupport.ScriptedClient;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what counts as a service in use, and what is but a name.
 */
class RequestedServicesTests {

	private static final ServiceKey ORDERS = ServiceKey.of("DEFAULT_GROUP", "orders");

	private final InMemoryStore store = new InMemoryStore();

	private final FailoverNamespace namespace = this.store.namespace();

	@Test
	void namesThatOutsidersMakeUpAreListedUpToANumberAndNeverInUse() {
		for (int i = 0; i < 2000; i++) {
			this.namespace.usage("DEFAULT_GROUP", "name-" + i);
		}
		assertThat(this.namespace.asked()).hasSize(1000);
		assertThat(this.namespace.used()).isEmpty();
		assertThat(this.namespace.missing()).isEmpty();
		// A service that is there is counted all the same, and another name is not.
		this.namespace.usage("DEFAULT_GROUP", "orders").servedLive();
		this.namespace.known("DEFAULT_GROUP", "orders").servedLive();
		assertThat(this.namespace.used()).containsExactly(ORDERS);
		assertThat(this.namespace.missing()).containsExactly(ORDERS);
		assertThat(this.namespace.usage("DEFAULT_GROUP", "orders").fromLive()).isEqualTo(1);
		assertThat(this.namespace.asked()).hasSize(1001);
	}

	@Test
	void serviceThatFailsIsInUseIfItHasABackup() {
		this.namespace.usage("DEFAULT_GROUP", "orders");
		assertThat(this.namespace.used()).isEmpty();
		this.store.on(Backup.copyOf(ORDERS, List.of(new Instance())));
		assertThat(this.namespace.used()).containsExactly(ORDERS);
		assertThat(this.namespace.missing()).isEmpty();
	}

	@Test
	void serviceThatWasInUseBeforeIsMissingUntilItHasABackup() {
		this.store.usageLog().add(List.of(ORDERS), LocalDate.now());
		assertThat(this.namespace.usedBefore()).containsExactly(ORDERS);
		assertThat(this.namespace.missing()).containsExactly(ORDERS);
		this.namespace.usage("DEFAULT_GROUP", "orders");
		assertThat(this.namespace.used()).containsExactly(ORDERS);
	}

	@Test
	void nameBecomesAServiceWhenTheServerTellsOfAnInstance() throws Exception {
		ScriptedClient client = new ScriptedClient();
		this.namespace.addClient(client);
		this.namespace.usage("DEFAULT_GROUP", "orders");
		this.namespace.ask(ORDERS);
		assertThat(this.namespace.used()).isEmpty();
		client.sees(1);
		this.namespace.ask(ORDERS);
		assertThat(this.namespace.used()).containsExactly(ORDERS);
	}

}
