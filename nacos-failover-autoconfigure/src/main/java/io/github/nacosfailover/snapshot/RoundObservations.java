package io.github.nacosfailover.snapshot;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import com.alibaba.nacos.api.exception.NacosException;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.InvalidBackupException;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.store.SavedBackup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Observes the services of one round: compares each with its backup, by the data of a
 * client if that suffices, else by a query of the server.
 */
final class RoundObservations {

	private static final Logger logger = LoggerFactory.getLogger(RoundObservations.class);

	/** After so many failures in a row the server is at fault, not the services. */
	private static final int MAX_FAILURES = 3;

	private final FailoverNamespace namespace;

	private final ServerAnswers server;

	private final Map<ServiceKey, LastAnswer> lastAnswers;

	private final boolean force;

	private final boolean evenIfOn;

	private final Map<ServiceKey, Observation> observations = new LinkedHashMap<>();

	private final Map<ServiceKey, Backup> answers = new LinkedHashMap<>();

	private final Map<ServiceKey, String> invalid = new LinkedHashMap<>();

	private final Set<ServiceKey> manual = new TreeSet<>();

	private final Set<ServiceKey> postponed = new LinkedHashSet<>();

	private final Set<ServiceKey> unseen = new LinkedHashSet<>();

	private Map<ServiceKey, SavedBackup> saved = Map.of();

	private boolean certain;

	private int failures;

	/**
	 * Create an empty instance.
	 * @param lastAnswers answers of earlier rounds, for services whose backup is kept
	 * @param force whether to query the server for every service
	 * @param evenIfOn whether backups are replaced although failover is on for them
	 */
	RoundObservations(FailoverNamespace namespace, ServerAnswers server, Map<ServiceKey, LastAnswer> lastAnswers,
			boolean force, boolean evenIfOn) {
		this.evenIfOn = evenIfOn;
		this.namespace = namespace;
		this.server = server;
		this.lastAnswers = lastAnswers;
		this.force = force;
	}

	/** Whether the server may be up. */
	boolean isPossible() {
		return this.server.mayBeUp();
	}

	void begin(Map<ServiceKey, SavedBackup> saved) {
		this.saved = saved;
		this.certain = this.server.isUp();
	}

	/**
	 * Observe a service.
	 * @param query whether to query the server even if a client has data of it
	 * @param edited whether its backup was written by somebody else
	 */
	void observe(ServiceKey key, boolean query, boolean edited) {
		if (isOn(key)) {
			postpone(key);
		}
		else if (edited && !this.force) {
			this.manual.add(key);
		}
		else if (query || this.force || !observeClientData(key)) {
			query(key);
		}
	}

	/** Whether clients are, or would be, served from a backup that has to stay. */
	boolean isOn(ServiceKey key) {
		View view = this.namespace.view();
		return !this.evenIfOn && (view.isOn(key) || view.served().find(key) != null || view.isAdded(key));
	}

	void postpone(ServiceKey key) {
		this.unseen.add(key);
		this.postponed.add(key);
	}

	/**
	 * Spare a query if what the client has would change nothing, or the server was
	 * queried about it before.
	 */
	private boolean observeClientData(ServiceKey key) {
		Backup client = clientData(key);
		if (client == null) {
			return false;
		}
		SavedBackup saved = this.saved.get(key);
		if (saved == null) {
			return client.healthy() == 0 && add(key, null, false, 0);
		}
		String digest = SavedBackup.of(client).digest();
		if (digest.equals(saved.digest())) {
			return add(key, saved, true, client.healthy());
		}
		LastAnswer last = this.lastAnswers.get(key);
		return last != null && last.clientDigest().equals(digest) && add(key, saved, false, last.healthy());
	}

	private @Nullable Backup clientData(ServiceKey key) {
		return (this.namespace.usageIfAny(key) != null) ? this.server.clientData(key) : null;
	}

	private boolean add(ServiceKey key, @Nullable SavedBackup saved, boolean same, int healthy) {
		this.observations.put(key, new Observation(saved, same, healthy, this.certain));
		return true;
	}

	private void query(ServiceKey key) {
		if (this.failures >= MAX_FAILURES) {
			postpone(key);
			return;
		}
		try {
			Backup answer = this.server.query(key);
			this.failures = 0;
			if (answer != null) {
				addAnswer(key, answer);
			}
			else {
				this.unseen.add(key);
			}
		}
		catch (NacosException | RuntimeException ex) {
			logger.debug("{} cannot be asked for", key, ex);
			this.failures++;
			postpone(key);
		}
		catch (InvalidBackupException ex) {
			this.unseen.add(key);
			this.invalid.put(key, "what the server says cannot be a backup: " + ex.getMessage());
		}
	}

	private void addAnswer(ServiceKey key, Backup answer) {
		SavedBackup saved = this.saved.get(key);
		this.answers.put(key, answer);
		add(key, saved, saved != null && saved.digest().equals(SavedBackup.of(answer).digest()), answer.healthy());
	}

	/** Observe services again, by a query of the server. */
	void queryAgain(Collection<ServiceKey> keys) {
		keys.forEach(this.observations::remove);
		keys.forEach(this::query);
	}

	/**
	 * Remember the answer of the server for a service whose backup is kept, so that the
	 * next rounds need not query it again.
	 */
	void keepAnswer(ServiceKey key) {
		Backup answer = this.answers.get(key);
		Backup client = (answer != null) ? clientData(key) : null;
		if (answer != null && client != null) {
			this.lastAnswers.put(key, new LastAnswer(SavedBackup.of(client).digest(), answer.healthy()));
		}
	}

	void removeAnswer(ServiceKey key) {
		this.lastAnswers.remove(key);
	}

	boolean isAnswered(ServiceKey key) {
		return this.answers.containsKey(key);
	}

	Backup answer(ServiceKey key) {
		Backup answer = this.answers.get(key);
		if (answer == null) {
			throw new IllegalStateException("%s was not asked for".formatted(key));
		}
		return answer;
	}

	Map<ServiceKey, Observation> all() {
		return this.observations;
	}

	/** The services whose answer cannot be a backup, with the reason. */
	Map<ServiceKey, String> invalid() {
		return this.invalid;
	}

	/** The services whose backup was written by somebody else. */
	Set<ServiceKey> manual() {
		return this.manual;
	}

	/** The services to observe in a later round. */
	Set<ServiceKey> postponed() {
		return this.postponed;
	}

	/** The services of which nothing could be observed. */
	Set<ServiceKey> unseen() {
		return this.unseen;
	}

	/**
	 * What the server answered for a service whose backup is kept, and what a client had
	 * at that time: as long as the client has the same, the server would give the same
	 * answer.
	 *
	 * @param clientDigest digest of the data of the client
	 * @param healthy number of healthy instances in the answer of the server
	 */
	record LastAnswer(String clientDigest, int healthy) {

	}

}
