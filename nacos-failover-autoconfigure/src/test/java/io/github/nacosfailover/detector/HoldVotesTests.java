package io.github.nacosfailover.detector;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.Votes;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link HoldVotes}.
 */
class HoldVotesTests {

	private static final ServiceKey ORDERS = ServiceKey.of("DEFAULT_GROUP", "orders");

	private static final long LATER = 10_000_000_000L;

	private final Map<Integer, String> said = new LinkedHashMap<>();

	private boolean failing;

	private HoldVotes process(int id) {
		return new HoldVotes(new Votes() {

			@Override
			public void say(String text) throws IOException {
				if (HoldVotesTests.this.failing) {
					throw new IOException("down");
				}
				HoldVotesTests.this.said.put(id, (text != null) ? text : "");
			}

			@Override
			public Collection<String> others() {
				Map<Integer, String> others = new LinkedHashMap<>(HoldVotesTests.this.said);
				others.remove(id);
				return others.values();
			}

		}, 0);
	}

	@Test
	void twoThatHoldAreTheFleetForAThird() {
		process(1).exchange(Set.of(ORDERS), Set.of(ORDERS), 0);
		HoldVotes third = process(3);
		third.exchange(Set.of(), Set.of(ORDERS), 0);
		assertThat(third.others(ORDERS)).isEqualTo(1);
		assertThat(third.isHeldByFleet(ORDERS)).isFalse();
		process(2).exchange(Set.of(ORDERS), Set.of(ORDERS), 0);
		third.exchange(Set.of(), Set.of(ORDERS), LATER);
		assertThat(third.isHeldByFleet(ORDERS)).isTrue();
		assertThat(third.isHeldByFleet(ServiceKey.of("DEFAULT_GROUP", "payments"))).isFalse();
	}

	@Test
	void fewOfManyAreNotTheFleet() {
		for (int i = 0; i < 2; i++) {
			process(i).exchange(Set.of(ORDERS), Set.of(ORDERS), 0);
		}
		for (int i = 2; i < 8; i++) {
			process(i).exchange(Set.of(), Set.of(ORDERS), 0);
		}
		HoldVotes last = process(9);
		last.exchange(Set.of(), Set.of(ORDERS), 0);
		assertThat(last.others(ORDERS)).isEqualTo(2);
		assertThat(last.isHeldByFleet(ORDERS)).isFalse();
	}

	@Test
	void whatIsSaidIsTakenBackWhenThereIsNoDoubtAnyMore() {
		HoldVotes first = process(1);
		first.exchange(Set.of(ORDERS), Set.of(ORDERS), 0);
		first.exchange(Set.of(), Set.of(), LATER);
		assertThat(this.said.get(1)).isEmpty();
	}

	@Test
	void saysWhetherAProcessHoldsAlone() {
		HoldVotes first = process(1);
		first.exchange(Set.of(ORDERS), Set.of(ORDERS), 0);
		assertThat(first.describe(ORDERS)).isEqualTo(", held by no other process");
		process(2).exchange(Set.of(ORDERS), Set.of(ORDERS), 0);
		first.exchange(Set.of(ORDERS), Set.of(ORDERS), LATER);
		assertThat(first.describe(ORDERS)).isEqualTo(", held by 1 more");
		assertThat(new HoldVotes(null, 0).describe(ORDERS)).isEmpty();
	}

	@Test
	void eachHoldsForItselfIfTheStoreFails() {
		process(1).exchange(Set.of(ORDERS), Set.of(ORDERS), 0);
		process(2).exchange(Set.of(ORDERS), Set.of(ORDERS), 0);
		HoldVotes third = process(3);
		this.failing = true;
		third.exchange(Set.of(), Set.of(ORDERS), 0);
		assertThat(third.isHeldByFleet(ORDERS)).isFalse();
	}

}
