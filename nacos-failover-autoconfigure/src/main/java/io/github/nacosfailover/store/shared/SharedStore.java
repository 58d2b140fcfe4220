package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupTable;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.source.ProblemLog;
import io.github.nacosfailover.source.SourceState;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.FleetState;
import io.github.nacosfailover.store.SnapshotArchive;
import io.github.nacosfailover.store.UnavailableStoreException;
import io.github.nacosfailover.store.shared.SharedDocuments.Changes;
import io.github.nacosfailover.store.shared.SharedDocuments.Document;
import io.github.nacosfailover.store.shared.SharedDocuments.Version;
import io.github.nacosfailover.store.shared.SharedDocuments.Write;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of a namespace that many processes share.
 * <p>
 * {@link #state()} is what was last read, and stays as it is while the engine is gone.
 * What is in use is kept in a {@link LocalCopy}, so a process that starts meanwhile has
 * it too. An engine that has lost documents, or went back to older ones, gets back what
 * this process has of them; it is never taken for a change.
 * <p>
 * One thread per store polls, fetches what is in use, and reports.
 */
public final class SharedStore implements FailoverStore, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(SharedStore.class);

	private static final int ATTEMPTS = 50;

	private static final Duration FIRST_ANSWER = Duration.ofSeconds(3);

	private static final Duration RETRY = Duration.ofSeconds(2);

	private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(1);

	private static final long MAX_MILLIS_BEFORE_KEEPING = 1000;

	private static final int MAX_TOLD = 16;

	private static final long MAX_MILLIS_BEFORE_REPORT = 600;

	private static final long KEEP_AT_LEAST_NANOS = TimeUnit.SECONDS.toNanos(2);

	private final String name;

	private final SharedDocuments documents;

	private final LocalCopy copy;

	private final SharedSettings settings;

	private final SharedArchive archive;

	private final Fleet fleet;

	private final ReentrantLock lock = new ReentrantLock();

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	private final Set<ServiceKey> inUse = ConcurrentHashMap.newKeySet();

	private final ProblemLog problemLog;

	private final Object wake = new Object();

	private final Thread thread;

	private volatile SourceState state = new SourceState(SwitchState.OFF, BackupTable.EMPTY);

	private volatile Map<ServiceKey, SharedBackup> backups = Map.of();

	private volatile @Nullable String problem;

	private volatile @Nullable String copyProblem;

	/** Read without the lock only to tell of it. */
	private volatile SharedIndex index;

	/** Whether the index has only what was kept in the local copy. */
	private boolean partial;

	/** Whether contents could not be fetched, so that the index is ahead of the state. */
	private boolean behind;

	private Set<Document> kept = Set.of();

	/** When the local copy was last looked after. */
	private volatile long keptAt = System.nanoTime();

	private volatile boolean polled;

	private boolean woken;

	private boolean lookWanted = true;

	/** Writes that the engine has told of since they were last applied. */
	private final List<Write> told = new ArrayList<>();

	/** When the engine was last looked at; used by the thread alone. */
	private long lookedAt;

	private volatile boolean closed;

	/**
	 * Opens the store and waits a little for the engine's first answer.
	 * @param name name of the kind of store
	 * @param documents the documents of the namespace, closed with this store
	 * @param failoverDirectory the failover directory of the namespace, for the local
	 * copy
	 * @param settings how to use the store
	 */
	public SharedStore(String name, SharedDocuments documents, Path failoverDirectory, SharedSettings settings) {
		this.name = name;
		this.documents = documents;
		this.copy = new DirectoryCopy(failoverDirectory, name);
		this.settings = settings;
		this.archive = new SharedArchive(this, settings);
		this.fleet = new Fleet(documents, settings);
		this.problemLog = new ProblemLog(logger, documents.location());
		this.index = this.copy.read();
		this.partial = this.index.version() != null;
		showLocalCopy();
		this.thread = new Thread(this::run, "nacos-failover-" + name);
		this.thread.setDaemon(true);
		this.thread.start();
		documents.onWrite(this::told);
		awaitFirstPoll();
	}

	private void showLocalCopy() {
		if (!this.partial) {
			return;
		}
		this.index.all().forEach((document) -> {
			ServiceKey key = Names.service(document.name());
			if (key != null) {
				this.inUse.add(key);
			}
		});
		this.kept = Set.copyOf(this.index.all());
		show(this.index);
	}

	private void awaitFirstPoll() {
		long end = System.nanoTime() + FIRST_ANSWER.toNanos();
		try {
			synchronized (this.wake) {
				while (!this.polled && System.nanoTime() < end) {
					this.wake.wait(20);
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public String type() {
		return this.documents.getClass().getName();
	}

	@Override
	public String location() {
		return this.documents.location();
	}

	@Override
	public SourceState state() {
		return this.state;
	}

	@Override
	public SnapshotArchive archive() {
		return this.archive;
	}

	@Override
	public List<Problem> problems() {
		List<Problem> problems = new ArrayList<>();
		add(problems, location(), this.problem);
		add(problems, this.copy.location().toString(), this.copyProblem);
		this.backups.values().forEach((backup) -> add(problems, location() + " " + backup.key(), backup.problem()));
		problems.addAll(this.archive.problems());
		return problems;
	}

	private static void add(List<Problem> problems, String location, @Nullable String message) {
		if (message != null) {
			problems.add(new Problem(location, message));
		}
	}

	@Override
	public void addListener(Runnable listener) {
		this.listeners.add(listener);
	}

	@Override
	public void removeListener(Runnable listener) {
		this.listeners.remove(listener);
	}

	@Override
	public void used(ServiceKey key) {
		if (this.inUse.add(key)) {
			wakeUp();
		}
	}

	@Override
	public void writeSwitch(SwitchState state) throws IOException {
		changeSwitch((known) -> state);
	}

	@Override
	public void changeSwitch(UnaryOperator<SwitchState> change) throws IOException {
		commit((index) -> {
			byte[] content = SwitchDocument.write(change.apply(switchOf(index)));
			Draft draft = new Draft();
			draft.putText(Names.SWITCH, BackupFormat.digest(content), content);
			return draft;
		});
		wakeUp();
	}

	@Override
	public @Nullable FleetState fleet() {
		if (this.problem != null) {
			// An operator must not wait for an engine that is known not to answer.
			return null;
		}
		SharedIndex known = this.index;
		Document found = known.find(Names.SWITCH);
		return this.fleet.state(known.version(), (found != null) ? found.revision() : 0);
	}

	/**
	 * The documents as they are known now.
	 */
	SharedIndex index() {
		return this.index;
	}

	/**
	 * Writes what is proposed for the documents as they are, once no other process has
	 * written meanwhile.
	 * @param proposal tells what to write, {@code null} for nothing; asked again after
	 * another process has written
	 * @throws IOException if the engine does not answer
	 */
	void commit(Function<SharedIndex, @Nullable Draft> proposal) throws IOException {
		SourceState before = this.state;
		this.lock.lock();
		try {
			// Nothing is sent to an engine that does not answer: it might carry it out
			// much later.
			lookBeforeWriting();
			attempt(proposal);
			this.problem = null;
		}
		finally {
			this.lock.unlock();
			if (this.state != before) {
				notifyListeners();
			}
		}
		keepUsed();
	}

	private void lookBeforeWriting() throws UnavailableStoreException {
		try {
			look();
		}
		catch (IOException ex) {
			throw new UnavailableStoreException(("%s cannot be reached, so nothing is changed: %s; "
					+ "try again, or switch this instance alone with \"scope\": \"local\"")
				.formatted(location(), ex.getMessage()), ex);
		}
	}

	private void attempt(Function<SharedIndex, @Nullable Draft> proposal) throws UnavailableStoreException {
		try {
			for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
				Draft draft = proposal.apply(this.index);
				if (draft == null || write(draft)) {
					return;
				}
				pause(attempt);
				look();
			}
			throw new IOException("other processes write without end");
		}
		catch (IOException ex) {
			throw new UnavailableStoreException(
					"%s has not confirmed the change, which it may have carried out or not: %s; look again, and repeat it"
						.formatted(location(), ex.getMessage()),
					ex);
		}
	}

	private boolean write(Draft draft) throws IOException {
		Version basis = this.index.version();
		Version result = (basis != null) ? new Version(basis.epoch(), Revisions.after(basis.revision()))
				: new Version(newEpoch(), Revisions.after(0));
		note(draft, this.index.revisions().with(result.revision()));
		List<Document> written = draft.documents(result.revision());
		boolean done = this.documents.write(new Write(basis, result, written, draft.contents(), draft.obsolete()));
		if (done) {
			take(new Changes(result, false, written), draft.plainContents());
		}
		return done;
	}

	private static void note(Draft draft, Revisions revisions) {
		String text = revisions.write();
		draft.put(Names.REVISIONS, BackupFormat.digest(text.getBytes(StandardCharsets.UTF_8)), text);
	}

	private static String newEpoch() {
		return UUID.randomUUID().toString();
	}

	private static void pause(int attempt) throws IOException {
		try {
			TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(1, 5L * (attempt + 2)));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted", ex);
		}
	}

	/**
	 * Looks for changes. Called under the lock.
	 * @return whether the state has changed
	 */
	private boolean look() throws IOException {
		Changes changes = this.documents.changesSince(this.partial ? null : this.index.version());
		if (!this.index.isContinuedBy(changes)) {
			return heal(changes);
		}
		boolean news = this.partial || this.behind || !Objects.equals(changes.version(), this.index.version());
		this.partial = false;
		return news && take(changes, Map.of());
	}

	/**
	 * Gives an engine back what it has lost. Until that is done, nothing of it counts.
	 */
	private boolean heal(Changes changes) throws IOException {
		Changes all = changes.complete() ? changes : this.documents.changesSince(null);
		SharedIndex found = SharedIndex.of(all.version(), all.documents());
		Draft draft = new Draft();
		for (Document lost : this.index.lostIn(found)) {
			putBack(lost, draft);
		}
		Document foundSwitch = found.find(Names.SWITCH);
		Document ownSwitch = this.index.find(Names.SWITCH);
		if (ownSwitch != null && (foundSwitch == null || isNewer(ownSwitch, foundSwitch))) {
			putBack(ownSwitch, draft);
		}
		logger.warn(
				"Failover: {} has other data than before (revision {}, now {}), which do not count until what they lack "
						+ "is put back: {} documents",
				location(), revision(this.index), revision(found), draft.size());
		if (draft.isEmpty()) {
			this.partial = false;
			return take(found, Map.of());
		}
		long revision = Revisions.after(Math.max(revision(found), revision(this.index)));
		Version version = new Version(newEpoch(), revision);
		note(draft, Revisions.read(null).with(revision));
		List<Document> written = draft.documents(revision);
		if (!this.documents.write(new Write(found.version(), version, written, draft.contents(), draft.obsolete()))) {
			// Another process was quicker: the next look tells what it has put back.
			lookSoon();
			return false;
		}
		this.partial = false;
		return take(found.with(new Changes(version, false, written)), draft.plainContents());
	}

	private void putBack(Document lost, Draft draft) {
		if (lost.hash() == null) {
			return;
		}
		boolean inline = !lost.text().isEmpty() && lost.name().equals(Names.SWITCH);
		byte[] content = inline ? null : contentAtHand(lost);
		if (inline || content != null) {
			draft.putBack(lost, content);
		}
	}

	private byte @Nullable [] contentAtHand(Document document) {
		String hash = String.valueOf(document.hash());
		byte[] content = this.copy.content(hash);
		return (content != null) ? content : loadedContent(document);
	}

	private byte @Nullable [] loadedContent(Document document) {
		ServiceKey key = Names.service(document.name());
		SharedBackup known = (key != null) ? this.backups.get(key) : null;
		Backup backup = (known != null && known.isLoaded() && known.hash().equals(document.hash())) ? known.get()
				: null;
		return (backup != null) ? BackupFormat.write(backup) : null;
	}

	private boolean isNewer(Document own, Document other) {
		SwitchState ownState = readSwitch(own);
		SwitchState otherState = readSwitch(other);
		if (ownState == null || ownState.at() == null) {
			return false;
		}
		if (otherState != null && ownState.at().equals(otherState.at())) {
			// Then they differ in exceptions at most.
			return own.revision() > other.revision() && !ownState.equals(otherState);
		}
		return otherState == null || otherState.at() == null || ownState.at().isAfter(otherState.at());
	}

	private static long revision(SharedIndex index) {
		Version version = index.version();
		return (version != null) ? version.revision() : 0;
	}

	/**
	 * Makes documents the ones that count. Called under the lock.
	 */
	private boolean take(Changes changes, Map<String, byte[]> contents) {
		if (this.behind || changes.complete()
				|| changes.documents().stream().anyMatch((document) -> Names.isBackup(document.name()))) {
			return take(this.index.with(changes), contents);
		}
		this.index = this.index.with(changes);
		return publish(switchOf(this.index), this.backups);
	}

	private boolean take(SharedIndex next, Map<String, byte[]> contents) {
		this.index = next;
		this.behind = false;
		return show(next, contents);
	}

	private boolean show(SharedIndex index) {
		return show(index, Map.of());
	}

	private boolean show(SharedIndex index, Map<String, byte[]> contents) {
		Map<ServiceKey, SharedBackup> before = this.backups;
		Map<ServiceKey, SharedBackup> after = new LinkedHashMap<>();
		Map<String, SharedBackup> missing = new HashMap<>();
		for (Document document : index.all()) {
			ServiceKey key = Names.service(document.name());
			if (key != null && document.hash() != null) {
				SharedBackup known = before.get(key);
				if (known != null && known.hash().equals(document.hash())) {
					after.put(key, known);
					continue;
				}
				SharedBackup found = new SharedBackup(key, document.hash(), BackupText.read(document.text()),
						this::read);
				after.put(key, found);
				if (this.inUse.contains(key)) {
					missing.put(document.hash(), found);
				}
			}
		}
		fetch(missing, contents);
		missing.values().forEach((backup) -> {
			SharedBackup known = before.get(backup.key());
			if (!backup.isLoaded() && known != null && known.isLoaded()) {
				// The last good one serves until the new one can be read.
				after.put(backup.key(), known);
				this.behind = true;
			}
		});
		return publish(switchOf(index), before.equals(after) ? before : after);
	}

	private void fetch(Map<String, SharedBackup> missing, Map<String, byte[]> contents) {
		Map<String, SharedBackup> far = new HashMap<>();
		missing.forEach((hash, backup) -> {
			byte[] content = contents.containsKey(hash) ? contents.get(hash) : this.copy.content(hash);
			if (content != null) {
				backup.load(content);
				keep(hash, content);
			}
			else {
				far.put(hash, backup);
			}
		});
		if (far.isEmpty()) {
			return;
		}
		try {
			Map<String, byte[]> read = this.documents.contents(far.keySet());
			for (Map.Entry<String, byte[]> entry : read.entrySet()) {
				byte[] content = Contents.restore(entry.getKey(), entry.getValue());
				SharedBackup backup = far.get(entry.getKey());
				if (backup != null) {
					backup.load(content);
					keep(entry.getKey(), content);
				}
			}
		}
		catch (IOException ex) {
			logger.debug("Contents cannot be read", ex);
		}
	}

	/**
	 * Reads one content, for a query that could not wait for the thread or an archive.
	 */
	byte[] read(String hash) throws IOException {
		byte[] near = this.copy.content(hash);
		if (near != null) {
			return near;
		}
		if (this.problem != null) {
			// A query that waits in vain is worse than one that is answered live.
			throw new IOException("the store does not answer");
		}
		byte[] found = this.documents.contents(List.of(hash)).get(hash);
		if (found == null) {
			throw new IOException("the store does not have its content any more");
		}
		return Contents.restore(hash, found);
	}

	private void keep(String hash, byte[] content) {
		try {
			this.copy.keep(hash, content);
			this.copyProblem = null;
		}
		catch (IOException ex) {
			this.copyProblem = "the local copy cannot be written, so a restart depends on %s: %s".formatted(location(),
					ex);
		}
	}

	private SwitchState switchOf(SharedIndex index) {
		SwitchState known = Objects.requireNonNull(this.state.failoverSwitch());
		Document document = index.find(Names.SWITCH);
		if (document == null) {
			return SwitchState.OFF;
		}
		SwitchState read = readSwitch(document);
		return (read != null) ? read : known;
	}

	private @Nullable SwitchState readSwitch(Document document) {
		String hash = document.hash();
		try {
			if (!document.text().isEmpty() || hash == null) {
				return SwitchDocument.read(document.text().getBytes(StandardCharsets.UTF_8));
			}
			byte[] content = read(hash);
			keep(hash, content);
			return SwitchDocument.read(content);
		}
		catch (IOException ex) {
			this.behind = true;
			return null;
		}
	}

	private boolean publish(SwitchState failoverSwitch, Map<ServiceKey, SharedBackup> backups) {
		SourceState before = this.state;
		if (backups == this.backups && failoverSwitch.equals(before.failoverSwitch())) {
			return false;
		}
		BackupTable table = (backups == this.backups) ? before.backups() : BackupTable.of(backups);
		this.backups = backups;
		this.state = new SourceState(failoverSwitch, table);
		return true;
	}

	private void notifyListeners() {
		for (Runnable listener : this.listeners) {
			try {
				listener.run();
			}
			catch (RuntimeException | LinkageError ex) {
				logger.warn("Failover: a listener of {} failed", location(), ex);
			}
		}
	}

	private void wakeUp() {
		synchronized (this.wake) {
			this.woken = true;
			this.wake.notifyAll();
		}
	}

	/**
	 * Takes note of a write that the engine tells of.
	 */
	private void told(@Nullable Write write) {
		synchronized (this.wake) {
			if (write != null && this.told.size() < MAX_TOLD) {
				this.told.add(write);
				wakeUp();
			}
			else {
				lookSoon();
			}
		}
	}

	private void lookSoon() {
		synchronized (this.wake) {
			this.lookWanted = true;
			wakeUp();
		}
	}

	/** What was told of is part of what a look finds. */
	private boolean takeLookWanted() {
		synchronized (this.wake) {
			boolean wanted = this.lookWanted
					|| System.nanoTime() - this.lookedAt > this.settings.pollInterval().toNanos();
			this.lookWanted = false;
			if (wanted) {
				this.told.clear();
			}
			return wanted;
		}
	}

	/**
	 * Applies what the engine has told of, so that it need not be asked.
	 * @return {@code false} if that was not all there was since
	 */
	private boolean applyTold() {
		List<Write> told;
		synchronized (this.wake) {
			told = List.copyOf(this.told);
			this.told.clear();
		}
		SourceState before = this.state;
		boolean all = true;
		this.lock.lock();
		try {
			for (Write write : told) {
				all &= apply(write);
			}
		}
		finally {
			this.lock.unlock();
		}
		if (this.state != before) {
			notifyListeners();
		}
		return all;
	}

	private boolean apply(Write write) {
		Version known = this.index.version();
		if (write.result().equals(known)) {
			return true;
		}
		if (this.partial || this.behind || known == null || !known.equals(write.basis())
				|| !known.epoch().equals(write.result().epoch())) {
			return false;
		}
		take(new Changes(write.result(), false, write.documents()), Map.of());
		return true;
	}

	private void run() {
		while (!this.closed) {
			if (takeLookWanted() || !applyTold()) {
				poll();
			}
			synchronized (this.wake) {
				this.polled = true;
				this.wake.notifyAll();
			}
			if (!this.closed) {
				fetchUsed();
				report();
				sleep();
			}
		}
		keepUsed();
	}

	private void poll() {
		boolean changed = false;
		this.lookedAt = System.nanoTime();
		this.lock.lock();
		try {
			changed = look();
			this.problem = null;
		}
		catch (IOException | RuntimeException ex) {
			if (this.closed) {
				return;
			}
			this.problem = "does not answer, so the last known switch and backups stay in use: " + ex.getMessage();
		}
		finally {
			this.lock.unlock();
		}
		this.problemLog.update((this.problem != null) ? "down" : null, this.problem);
		if (changed) {
			notifyListeners();
		}
	}

	private void fetchUsed() {
		Map<String, SharedBackup> missing = new HashMap<>();
		Map<ServiceKey, SharedBackup> backups = this.backups;
		for (SharedBackup backup : backups.values()) {
			// Whatever could not be read when it was asked for is tried again.
			if (!backup.isLoaded() && (backup.problem() != null || this.inUse.contains(backup.key()))) {
				missing.put(backup.hash(), backup);
			}
		}
		if (!missing.isEmpty()) {
			fetch(missing, Map.of());
		}
	}

	/** Keeps the switch and the backups in use, if they are others than last time. */
	private void keepUsed() {
		this.lock.lock();
		try {
			this.keptAt = System.nanoTime();
			keepWanted();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void keepWanted() {
		List<Document> wanted = new ArrayList<>();
		SharedIndex index = this.index;
		Version version = index.version();
		if (version == null || this.partial || this.behind) {
			return;
		}
		add(wanted, index.find(Names.SWITCH));
		for (ServiceKey key : this.inUse) {
			if (isAtHand(key)) {
				add(wanted, index.find(Names.backup(key)));
			}
		}
		Set<Document> wantedSet = Set.copyOf(wanted);
		if (wantedSet.equals(this.kept)) {
			return;
		}
		try {
			for (Document document : wanted) {
				keepContent(document);
			}
			this.copy.keep(version, wanted);
			this.kept = wantedSet;
			this.copyProblem = null;
		}
		catch (IOException ex) {
			this.copyProblem = "the local copy cannot be written, so a restart depends on %s: %s".formatted(location(),
					ex);
		}
	}

	private static void add(List<Document> documents, @Nullable Document document) {
		if (document != null) {
			documents.add(document);
		}
	}

	/** A content may be missing though it was kept once: a full disk, or hands. */
	private void keepContent(Document document) throws IOException {
		String hash = String.valueOf(document.hash());
		byte[] content = this.copy.has(hash) ? null : loadedContent(document);
		if (content != null) {
			this.copy.keep(hash, content);
		}
	}

	private boolean isAtHand(ServiceKey key) {
		SharedBackup backup = this.backups.get(key);
		return backup != null && backup.isLoaded();
	}

	/**
	 * Reports what this process runs. That it has applied a flip is told a little later,
	 * each at a time of its own: others are about to apply it.
	 */
	private void report() {
		try {
			if (this.fleet.isDue(this.index.version(), this.state)) {
				isWokenWithin(ThreadLocalRandom.current().nextLong(MAX_MILLIS_BEFORE_REPORT));
				this.fleet.report(this.index.version(), this.state);
			}
		}
		catch (InterruptedException ex) {
			this.closed = true;
		}
	}

	/**
	 * Waits for the next look. The local copy is not kept before others had time to apply
	 * the same change, on this machine or in the engine.
	 */
	private void sleep() {
		Duration interval = (this.problem != null && RETRY.compareTo(this.settings.pollInterval()) < 0) ? RETRY
				: this.settings.pollInterval();
		// Spread, so that processes that were started together do not ask together.
		long millis = (long) (interval.toMillis() * ThreadLocalRandom.current().nextDouble(0.8, 1));
		long beforeKeeping = Math.min(millis / 2, ThreadLocalRandom.current().nextLong(MAX_MILLIS_BEFORE_KEEPING));
		try {
			if (!isWokenWithin(beforeKeeping)) {
				keepUsed();
				isWokenWithin(millis - beforeKeeping);
			}
			else if (System.nanoTime() - this.keptAt > KEEP_AT_LEAST_NANOS) {
				keepUsed();
			}
			synchronized (this.wake) {
				this.lookWanted |= !this.woken;
				this.woken = false;
			}
		}
		catch (InterruptedException ex) {
			this.closed = true;
		}
	}

	private boolean isWokenWithin(long millis) throws InterruptedException {
		long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.max(1, millis));
		synchronized (this.wake) {
			long left = end - System.nanoTime();
			while (!this.woken && !this.closed && left > 0) {
				TimeUnit.NANOSECONDS.timedWait(this.wake, left);
				left = end - System.nanoTime();
			}
			return this.woken || this.closed;
		}
	}

	/**
	 * Ends the thread. What is under way is broken off if it takes long: nobody waits for
	 * an engine that does not answer.
	 */
	@Override
	public void close() {
		this.closed = true;
		wakeUp();
		if (join(PATIENCE_AT_CLOSE) && this.problem == null) {
			this.fleet.withdraw();
		}
		this.documents.close();
		join(PATIENCE_AT_CLOSE);
	}

	private boolean join(Duration patience) {
		try {
			this.thread.join(patience.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return !this.thread.isAlive();
	}

	@Override
	public String toString() {
		return this.name + " " + location();
	}

}
