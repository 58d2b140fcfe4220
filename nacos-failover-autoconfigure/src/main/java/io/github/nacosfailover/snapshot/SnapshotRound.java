package io.github.nacosfailover.snapshot;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import com.alibaba.nacos.api.exception.NacosException;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.InvalidBackupException;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.snapshot.SnapshotDecision.Action;
import io.github.nacosfailover.store.SavedBackup;
import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.SnapshotArchive;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.SnapshotResult;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One look at services of a namespace, from which their backups are written. Only what
 * the server has said itself, in this round, replaces a backup.
 */
final class SnapshotRound {

	private static final Logger logger = LoggerFactory.getLogger(SnapshotRound.class);

	/** After so many in a row it is not the services that are wrong. */
	private static final int MAX_FAILURES = 3;

	private final FailoverNamespace namespace;

	private final SnapshotArchive archive;

	private final ServerAnswers server;

	private final ShrinkGuard guard;

	private final Map<ServiceKey, LastAnswer> lastAnswers;

	private final boolean force;

	private final Map<ServiceKey, Observation> observations = new LinkedHashMap<>();

	private final Map<ServiceKey, Backup> answers = new LinkedHashMap<>();

	private final Map<ServiceKey, String> kept = new LinkedHashMap<>();

	private final Set<ServiceKey> manual = new TreeSet<>();

	private final Set<ServiceKey> postponed = new LinkedHashSet<>();

	/** What the archive could not write, or what is there that it cannot use. */
	private final Map<ServiceKey, String> unusable = new LinkedHashMap<>();

	private Map<ServiceKey, SavedBackup> saved = Map.of();

	private boolean certain;

	private int failures;

	/**
	 * Creates a round.
	 * @param namespace the namespace
	 * @param archive where its backups are written
	 * @param server what is asked
	 * @param guard what decides
	 * @param lastAnswers what rounds before have been answered, of services whose backup
	 * is kept
	 * @param force whether to take what the server says, whatever it is
	 */
	SnapshotRound(FailoverNamespace namespace, SnapshotArchive archive, ServerAnswers server, ShrinkGuard guard,
			Map<ServiceKey, LastAnswer> lastAnswers, boolean force) {
		this.namespace = namespace;
		this.archive = archive;
		this.server = server;
		this.guard = guard;
		this.lastAnswers = lastAnswers;
		this.force = force;
	}

	/**
	 * Looks at services and writes their backups.
	 * @param services the services; whether to ask the server even if a client seems to
	 * know
	 * @param id id of the snapshot
	 * @param by who asks for it
	 * @return what came of it
	 * @throws IOException if nothing could be written
	 */
	Result run(Map<ServiceKey, Boolean> services, String id, String by) throws IOException {
		if (!this.server.mayBeUp()) {
			return postpone(services.keySet());
		}
		this.certain = this.server.isUp();
		this.saved = this.archive.saved();
		Map<ServiceKey, String> stored = this.archive.guardState().read();
		this.guard.join(services.keySet(), stored);
		Set<ServiceKey> byHand = this.archive.manual();
		Map<ServiceKey, String> unreadable = this.archive.unreadable();
		services.keySet()
			.stream()
			.filter((key) -> unreadable.containsKey(key) && !this.force)
			.forEach((key) -> keep(key, unreadable.getOrDefault(key, "")));
		// What a client remembers is no answer to somebody who has asked the server.
		Set<ServiceKey> shrunkForOthers = this.guard.shrunkForOthers(stored);
		services.forEach((key, ask) -> look(key, ask || shrunkForOthers.contains(key), byHand.contains(key)));
		Map<ServiceKey, SnapshotDecision> verdicts = this.force ? Map.of() : judge();
		List<Backup> backups = new ArrayList<>();
		Set<ServiceKey> removed = new LinkedHashSet<>();
		this.observations.forEach((key, observation) -> {
			switch (this.force ? forced(key, observation, byHand)
					: verdicts.getOrDefault(key, SnapshotDecision.NOTHING).action()) {
				case TAKE -> backups.add(answer(key));
				case REMOVE -> removed.add(key);
				default -> {
					// Kept or as it should be.
				}
			}
		});
		return write(new SnapshotChange(id, by, backups, removed, this.force), stored);
	}

	private Result postpone(Collection<ServiceKey> services) {
		this.guard.lostSightOf(services);
		this.postponed.addAll(services);
		return new Result(null, Map.of(), Set.of(), Set.of(), this.postponed);
	}

	private void postpone(ServiceKey key) {
		this.guard.lostSightOf(Set.of(key));
		this.postponed.add(key);
	}

	private void look(ServiceKey key, boolean ask, boolean byHand) {
		if (isOn(key)) {
			postpone(key);
		}
		else if (byHand && !this.force) {
			if (!this.kept.containsKey(key)) {
				this.manual.add(key);
			}
		}
		else if (ask || this.force || !lookAtMemory(key)) {
			ask(key);
		}
	}

	private boolean isOn(ServiceKey key) {
		View view = this.namespace.view();
		return view.isOn(key) || view.served().find(key) != null;
	}

	/**
	 * Spares the server a question if what a client remembers would change nothing, or
	 * has been asked about before.
	 */
	private boolean lookAtMemory(ServiceKey key) {
		Backup remembered = (this.namespace.usageIfAny(key) != null) ? this.server.remembered(key) : null;
		if (remembered == null) {
			return false;
		}
		SavedBackup saved = this.saved.get(key);
		if (saved == null) {
			return remembered.healthy() == 0 && observe(key, null, false, 0);
		}
		String digest = SavedBackup.of(remembered).digest();
		if (digest.equals(saved.digest())) {
			return observe(key, saved, true, remembered.healthy());
		}
		LastAnswer last = this.lastAnswers.get(key);
		return last != null && last.rememberedDigest().equals(digest) && observe(key, saved, false, last.healthy());
	}

	private boolean observe(ServiceKey key, @Nullable SavedBackup saved, boolean same, int healthy) {
		this.observations.put(key, new Observation(saved, same, healthy, this.certain));
		return true;
	}

	private void ask(ServiceKey key) {
		if (this.failures >= MAX_FAILURES) {
			postpone(key);
			return;
		}
		try {
			Backup answer = this.server.ask(key);
			this.failures = 0;
			if (answer != null) {
				answered(key, answer);
			}
			else {
				this.guard.lostSightOf(Set.of(key));
			}
		}
		catch (NacosException | RuntimeException ex) {
			logger.debug("{} cannot be asked for", key, ex);
			this.failures++;
			postpone(key);
		}
		catch (InvalidBackupException ex) {
			this.guard.lostSightOf(Set.of(key));
			this.kept.put(key, "what the server says cannot be a backup: " + ex.getMessage());
		}
	}

	private void answered(ServiceKey key, Backup answer) {
		SavedBackup saved = this.saved.get(key);
		this.answers.put(key, answer);
		observe(key, saved, saved != null && saved.digest().equals(SavedBackup.of(answer).digest()), answer.healthy());
	}

	private Map<ServiceKey, SnapshotDecision> judge() {
		long now = System.nanoTime();
		Map<ServiceKey, SnapshotDecision> verdicts = this.guard.judge(this.observations, now);
		List<ServiceKey> unconfirmed = verdicts.keySet()
			.stream()
			.filter((key) -> writes(verdicts.get(key)) && !this.answers.containsKey(key))
			.toList();
		if (!unconfirmed.isEmpty()) {
			unconfirmed.forEach(this.observations::remove);
			unconfirmed.forEach(this::ask);
			verdicts.clear();
			verdicts.putAll(this.guard.judge(this.observations, now));
		}
		// A second judgement may differ for those that were not asked for: another time.
		verdicts.entrySet().removeIf((entry) -> writes(entry.getValue()) && !this.answers.containsKey(entry.getKey()));
		verdicts.forEach((key, verdict) -> {
			String reason = verdict.reason();
			if (reason != null) {
				this.kept.put(key, reason);
			}
		});
		rememberAnswers(verdicts);
		return verdicts;
	}

	private static boolean writes(@Nullable SnapshotDecision verdict) {
		return verdict != null && (verdict.action() == Action.TAKE || verdict.action() == Action.REMOVE);
	}

	private void rememberAnswers(Map<ServiceKey, SnapshotDecision> verdicts) {
		verdicts.forEach((key, verdict) -> {
			Backup answer = this.answers.get(key);
			if (verdict.action() != Action.KEEP) {
				this.lastAnswers.remove(key);
			}
			else if (answer != null) {
				Backup remembered = (this.namespace.usageIfAny(key) != null) ? this.server.remembered(key) : null;
				if (remembered != null) {
					this.lastAnswers.put(key, new LastAnswer(SavedBackup.of(remembered).digest(), answer.healthy()));
				}
			}
		});
	}

	private Action forced(ServiceKey key, Observation observation, Set<ServiceKey> byHand) {
		if (observation.same()) {
			return Action.NOTHING;
		}
		if (answer(key).size() != 0) {
			return Action.TAKE;
		}
		if (byHand.contains(key)) {
			this.kept.put(key, "it was not written by a snapshot, and the server has no instance to replace it with; "
					+ "delete it by hand to let go of it");
			return Action.KEEP;
		}
		return (observation.saved() != null) ? Action.REMOVE : Action.NOTHING;
	}

	private Backup answer(ServiceKey key) {
		Backup answer = this.answers.get(key);
		if (answer == null) {
			throw new IllegalStateException("%s was not asked for".formatted(key));
		}
		return answer;
	}

	private Result write(SnapshotChange change, Map<ServiceKey, String> stored) throws IOException {
		Set<ServiceKey> decided = new LinkedHashSet<>(this.observations.keySet());
		decided.addAll(this.manual);
		decided.addAll(this.kept.keySet());
		if (change.backups().isEmpty() && change.removed().isEmpty()) {
			remember(stored);
			return new Result(null, this.kept, this.manual, decided, this.postponed);
		}
		// What was asked has taken its time: the server may be gone by now, or clients be
		// served from what is about to be replaced.
		if (!this.server.mayBeUp()) {
			return postpone(decided);
		}
		SnapshotChange allowed = change.without(this::postponeIfOn);
		if (!this.force) {
			this.archive.guardState().change(this.guard::memory);
			Set<ServiceKey> disputed = this.guard.disputed();
			allowed = allowed.without((key) -> keepDisputed(disputed, key));
		}
		SnapshotResult result = this.archive.write(allowed);
		if (this.force) {
			this.guard.forced(this.observations.keySet());
			this.archive.guardState().change(this.guard::memory);
		}
		result.kept().forEach(this::keep);
		decided.removeAll(this.postponed);
		return new Result(result.snapshot(), this.kept, this.manual, decided, this.postponed);
	}

	private void keep(ServiceKey key, String reason) {
		this.kept.put(key, reason);
		this.unusable.put(key, reason);
	}

	/**
	 * What the archive could not write, or what is there that it cannot use.
	 * @return the reasons by service
	 */
	Map<ServiceKey, String> unusable() {
		return this.unusable;
	}

	private boolean postponeIfOn(ServiceKey key) {
		boolean on = isOn(key);
		if (on) {
			this.postponed.add(key);
		}
		return on;
	}

	private boolean keepDisputed(Set<ServiceKey> disputed, ServiceKey key) {
		if (!disputed.contains(key)) {
			return false;
		}
		this.kept.put(key, "another process that uses it sees it whole; the backup is kept until all agree, or a "
				+ "snapshot is taken by force");
		return true;
	}

	private void remember(Map<ServiceKey, String> stored) throws IOException {
		if (!this.guard.memory(stored).equals(stored)) {
			this.archive.guardState().change(this.guard::memory);
		}
	}

	/**
	 * What the server has said of a service whose backup is kept, and what a client
	 * remembered then: while it remembers the same, the server would say the same.
	 *
	 * @param rememberedDigest digest of what the client remembered
	 * @param healthy number of healthy instances that the server said there are
	 */
	record LastAnswer(String rememberedDigest, int healthy) {

	}

	/**
	 * What came of a round.
	 *
	 * @param snapshot the snapshot that was written, if one was
	 * @param kept services whose backup was left as it is, with the reason
	 * @param manual services whose backup was left as it is since somebody else has
	 * written it
	 * @param decided services that need no other look for now
	 * @param postponed services that have to be looked at again
	 */
	record Result(@Nullable Snapshot snapshot, Map<ServiceKey, String> kept, Set<ServiceKey> manual,
			Set<ServiceKey> decided, Set<ServiceKey> postponed) {

	}

}
