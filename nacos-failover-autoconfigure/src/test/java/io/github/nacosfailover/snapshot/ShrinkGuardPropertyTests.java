package io.github.nacosfailover.snapshot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.snapshot.GuardedServices.Content;
import io.github.nacosfailover.snapshot.SnapshotDecision.Action;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever servers, processes, clocks and operators do: no backup is replaced by one that
 * the rules forbid. The rules are written down here once more, in terms of all that was
 * ever seen.
 */
class ShrinkGuardPropertyTests {

	private static final int SERVICES = 6;

	private static final Duration SETTLE = GuardedServices.SETTINGS.settle();

	/** The longest pause between two looks that counts in full. */
	private static final Duration LONGEST_LOOK = Duration.ofMinutes(3);

	@Property(tries = 500)
	void noBackupIsReplacedAgainstTheRules(@ForAll("histories") List<Step> history) {
		GuardedServices services = newServices(SERVICES);
		Rules rules = new Rules(services);
		history.forEach((step) -> step.run(services, rules));
	}

	@Property(tries = 200)
	void everyLastingStateOfOneServiceIsTakenInTheEnd(@ForAll("histories") List<Step> history) {
		GuardedServices services = newServices(1);
		Rules rules = new Rules(services);
		history.forEach((step) -> step.run(services, rules));
		Content live = services.live.get(GuardedServices.key(0));
		// A restore and the loss that follows may both have to settle.
		for (int minute = 0; minute <= 2 * SETTLE.toMinutes() + 1; minute++) {
			services.pass(Duration.ofMinutes(1));
			rules.pass(Duration.ofMinutes(1));
			rules.look(services.live.keySet());
		}
		Content saved = services.saved.get(GuardedServices.key(0));
		// A backup without healthy instances, of a restore, may be just what is live.
		if (live.healthy() > 0 || saved != null) {
			assertThat(saved).isEqualTo(live);
		}
		assertThat(services.stored).isEmpty();
	}

	private static GuardedServices newServices(int count) {
		GuardedServices services = new GuardedServices();
		for (int i = 0; i < count; i++) {
			services.live(i, 20);
		}
		return services;
	}

	@Provide
	Arbitrary<List<Step>> histories() {
		Arbitrary<Integer> service = Arbitraries.integers().between(0, SERVICES - 1);
		Arbitrary<Content> content = Combinators
			.combine(Arbitraries.of(0, 1, 2, 4, 5, 7, 9, 10, 12, 15, 19, 20, 21, 40),
					Arbitraries.integers().between(0, 1))
			.as(Content::new);
		Arbitrary<Step> change = Combinators.combine(service, content).as(Change::new);
		Arbitrary<Step> looks = Combinators
			.combine(Arbitraries.integers().between(0, 300), Arbitraries.integers().between(1, 12),
					service.set().ofMinSize(1))
			.as(Looks::new);
		Arbitrary<Step> allLooks = Combinators
			.combine(Arbitraries.integers().between(10, 200), Arbitraries.integers().between(1, 12))
			.as((seconds, times) -> new Looks(seconds, times, Set.of(0, 1, 2, 3, 4, 5)));
		Arbitrary<Step> restart = Combinators.combine(Arbitraries.of(-400, -1, 0, 1, 400), Arbitraries.of(true, false))
			.as(Restart::new);
		Arbitrary<Step> away = Arbitraries.integers().between(1, 100).map(Away::new);
		Arbitrary<Step> force = service.map(Force::new);
		Arbitrary<Step> restore = Combinators.combine(service, content.injectNull(0.2)).as(Restore::new);
		Arbitrary<Step> served = service.set().ofMinSize(1).map(Served::new);
		return Arbitraries
			.frequencyOf(Tuple.of(10, change), Tuple.of(6, allLooks), Tuple.of(3, looks), Tuple.of(2, restart),
					Tuple.of(1, away), Tuple.of(1, force), Tuple.of(1, restore), Tuple.of(2, served))
			.list()
			.ofMinSize(5)
			.ofMaxSize(60);
	}

	/** Something that happens. */
	private interface Step {

		void run(GuardedServices services, Rules rules);

	}

	private record Change(int service, Content content) implements Step {

		@Override
		public void run(GuardedServices services, Rules rules) {
			services.live.computeIfPresent(GuardedServices.key(this.service), (key, old) -> this.content);
		}

	}

	private record Looks(int seconds, int times, Set<Integer> numbers) implements Step {

		@Override
		public void run(GuardedServices services, Rules rules) {
			Set<ServiceKey> keys = new LinkedHashSet<>();
			this.numbers.forEach((number) -> keys.add(GuardedServices.key(number)));
			keys.retainAll(services.live.keySet());
			for (int i = 0; i < this.times; i++) {
				services.pass(Duration.ofSeconds(this.seconds));
				rules.pass(Duration.ofSeconds(this.seconds));
				rules.look(keys);
			}
		}

	}

	/** Perhaps between a decision and what should follow from it. */
	private record Restart(int days, boolean whileWriting) implements Step {

		@Override
		public void run(GuardedServices services, Rules rules) {
			if (this.whileWriting) {
				rules.decideInVain();
			}
			services.restart(Duration.ofDays(this.days));
			rules.restarted();
		}

	}

	private record Away(int minutes) implements Step {

		@Override
		public void run(GuardedServices services, Rules rules) {
			services.serverIsAway(Duration.ofMinutes(this.minutes));
			rules.lostSight();
		}

	}

	private record Force(int service) implements Step {

		@Override
		public void run(GuardedServices services, Rules rules) {
			ServiceKey key = GuardedServices.key(this.service);
			if (services.live.containsKey(key)) {
				services.force(key);
				rules.forced(key);
			}
		}

	}

	private record Restore(int service, Content content) implements Step {

		@Override
		public void run(GuardedServices services, Rules rules) {
			ServiceKey key = GuardedServices.key(this.service);
			if (services.live.containsKey(key)) {
				services.restore(key, this.content);
				rules.restored(key);
			}
		}

	}

	/** Failover is switched on and off again. */
	private record Served(Set<Integer> numbers) implements Step {

		@Override
		public void run(GuardedServices services, Rules rules) {
			this.numbers.stream().map(GuardedServices::key).filter(services.live::containsKey).forEach((key) -> {
				services.served(key);
				rules.served(key);
			});
		}

	}

	/** What is forbidden. */
	private static final class Rules {

		private final GuardedServices services;

		private final Map<ServiceKey, History> histories = new HashMap<>();

		/** What was seen by the process of now. */
		private final Map<ServiceKey, Content> seen = new HashMap<>();

		Rules(GuardedServices services) {
			this.services = services;
			services.live.keySet().forEach((key) -> this.histories.put(key, new History()));
		}

		void pass(Duration duration) {
			this.histories.values().forEach((history) -> history.unseen = history.unseen.plus(duration));
		}

		void restarted() {
			lostSight();
			this.seen.clear();
		}

		void lostSight() {
			this.histories.values().forEach((history) -> history.inSight = false);
		}

		void forced(ServiceKey key) {
			History history = this.histories.get(key);
			history.backups.clear();
			history.restored = null;
			history.served = null;
			history.losses.clear();
			history.inSight = false;
			this.seen.put(key, this.services.live.get(key));
		}

		void served(ServiceKey key) {
			History history = this.histories.get(key);
			history.served = history.now;
			history.inSight = false;
			// As after a restore: before anybody has looked again it is no loss.
			this.seen.remove(key);
		}

		void restored(ServiceKey key) {
			History history = this.histories.get(key);
			history.restored = history.now;
			history.backups.clear();
			// That it is not what is live is no loss, before anybody has looked again.
			this.seen.remove(key);
		}

		/** Rules are asked before anything is written, and take note of it afterwards. */
		void look(Set<ServiceKey> keys) {
			keys.forEach(this::see);
			noteThatManyHaveShrunk();
			this.services.look(keys, (decisions) -> decisions.forEach(this::check));
			keys.forEach(this::noteBackup);
		}

		void decideInVain() {
			Set<ServiceKey> keys = this.services.live.keySet();
			keys.forEach(this::see);
			noteThatManyHaveShrunk();
			this.services.decide(keys, true).forEach(this::check);
		}

		private void see(ServiceKey key) {
			History history = this.histories.get(key);
			if (history.inSight) {
				history.now = history.now
					.plus((history.unseen.compareTo(LONGEST_LOOK) < 0) ? history.unseen : LONGEST_LOOK);
			}
			history.inSight = true;
			history.unseen = Duration.ZERO;
			Content live = this.services.live.get(key);
			this.seen.put(key, live);
			history.losses.add(new Seen(history.now, live.healthy()));
			noteBackup(key);
			Content saved = this.services.saved.get(key);
			if (saved == null || live.equals(saved) || live.healthy() >= history.mostHealthyBackup()) {
				history.served = null;
			}
		}

		private void noteBackup(ServiceKey key) {
			History history = this.histories.get(key);
			Content saved = this.services.saved.get(key);
			if (saved == null) {
				history.backups.clear();
			}
			else {
				history.backups.add(new Seen(history.now, saved.healthy()));
			}
		}

		private void noteThatManyHaveShrunk() {
			Set<ServiceKey> backedUp = new HashSet<>(this.seen.keySet());
			backedUp.retainAll(this.services.saved.keySet());
			List<ServiceKey> shrunk = backedUp.stream()
				.filter((key) -> !this.seen.get(key).equals(this.services.saved.get(key))
						&& hasShrunk(key, this.seen.get(key)))
				.toList();
			if (shrunk.size() >= 2 && shrunk.size() > 0.2 * backedUp.size()) {
				shrunk.forEach((key) -> this.histories.get(key).many = this.histories.get(key).now);
			}
		}

		private boolean hasShrunk(ServiceKey key, Content live) {
			History history = this.histories.get(key);
			int before = history.mostHealthyBackup();
			if (history.isWithinSettle(history.served) && live.healthy() < before) {
				return true;
			}
			return live.healthy() == 0 || before - live.healthy() > before * 0.5;
		}

		private void check(ServiceKey key, SnapshotDecision decision) {
			if (decision.action() != Action.TAKE && decision.action() != Action.REMOVE) {
				return;
			}
			History history = this.histories.get(key);
			Content live = this.services.live.get(key);
			assertThat(history.isWithinSettle(history.restored)).as("%s was restored", key).isFalse();
			assertThat(decision.action() == Action.TAKE).as("%s has instances", key).isEqualTo(live.healthy() > 0);
			if (this.services.saved.get(key) != null && hasShrunk(key, live)) {
				assertThat(history.isWithinSettle(history.many)).as("%s has shrunk with many", key).isFalse();
				assertThat(history.hasHeld(live.healthy())).as("%s has held %s", key, live).isTrue();
			}
		}

	}

	/** All that was seen of a service, in the time that it was looked at. */
	private static final class History {

		Duration now = Duration.ZERO;

		Duration unseen = Duration.ZERO;

		boolean inSight;

		Duration restored;

		Duration many;

		Duration served;

		final List<Seen> backups = new ArrayList<>();

		final List<Seen> losses = new ArrayList<>();

		boolean isWithinSettle(Duration time) {
			return time != null && this.now.minus(time).compareTo(SETTLE) < 0;
		}

		/** A backup is in force until another is seen. */
		int mostHealthyBackup() {
			int most = 0;
			for (int i = 0; i < this.backups.size(); i++) {
				if (i + 1 == this.backups.size() || isWithinSettle(this.backups.get(i + 1).at())) {
					most = Math.max(most, this.backups.get(i).healthy());
				}
			}
			return most;
		}

		boolean hasHeld(int healthy) {
			Duration start = this.now.minus(SETTLE);
			if (this.losses.isEmpty() || this.losses.get(0).at().compareTo(start) > 0) {
				return false;
			}
			for (int i = 0; i < this.losses.size(); i++) {
				boolean inWindow = i + 1 == this.losses.size() || this.losses.get(i + 1).at().compareTo(start) > 0;
				if (inWindow && this.losses.get(i).healthy() > healthy) {
					return false;
				}
			}
			return true;
		}

	}

	private record Seen(Duration at, int healthy) {

	}

}
