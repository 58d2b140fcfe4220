package io.github.nacosfailover.backup;

import java.util.List;

import com.alibaba.nacos.api.naming.pojo.Instance;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link InstanceChanges}.
 */
class InstanceChangesTests {

	private final List<Instance> before = List.of(instance("10.0.0.9", 1), instance("10.0.0.1", 1),
			instance("10.0.0.2", 1));

	private final List<Instance> after = List.of(instance("10.0.0.2", 2), instance("10.0.0.3", 1),
			instance("10.0.0.1", 1));

	@Test
	void instancesAreKnownByTheirAddresses() {
		InstanceChanges changes = InstanceChanges.between(InstanceChanges.byAddress(this.before),
				InstanceChanges.byAddress(this.after), Instance::getWeight);
		assertThat(changes.added()).containsExactly(this.after.get(1));
		assertThat(changes.removed()).containsExactly(this.before.get(0));
		assertThat(changes.modified()).containsExactly(this.after.get(0));
		assertThat(changes.isEmpty()).isFalse();
	}

	@Test
	void addressesAloneAreNeverModified() {
		InstanceChanges changes = InstanceChanges.ofAddresses(this.before, this.after);
		assertThat(changes.added()).hasSize(1);
		assertThat(changes.removed()).hasSize(1);
		assertThat(changes.modified()).isEmpty();
		assertThat(InstanceChanges.ofAddresses(this.after, this.after).isEmpty()).isTrue();
	}

	@Test
	void orderIsThatOfTheInstancesOrOfTheAddresses() {
		assertThat(InstanceChanges.byAddress(this.before)).containsOnlyKeys("10.0.0.9:80", "10.0.0.1:80", "10.0.0.2:80")
			.extracting((map) -> map.keySet().iterator().next())
			.isEqualTo("10.0.0.9:80");
		assertThat(InstanceChanges.sortedByAddress(this.before).keySet()).containsExactly("10.0.0.1:80", "10.0.0.2:80",
				"10.0.0.9:80");
	}

	private static Instance instance(String ip, double weight) {
		Instance instance = new Instance();
		instance.setIp(ip);
		instance.setPort(80);
		instance.setWeight(weight);
		return instance;
	}

}
