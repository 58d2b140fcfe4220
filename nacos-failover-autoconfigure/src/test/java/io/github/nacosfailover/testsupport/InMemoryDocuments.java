package io.github.nacosfailover.testsupport;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.DocumentsFactory;
import io.github.nacosfailover.store.document.MissingContentsException;

/**
 * An engine of shared documents without a server, that fails as told. All that open a
 * namespace of it see the same documents.
 */
public final class InMemoryDocuments implements DocumentsFactory {

	private final Map<String, Namespace> namespaces = new ConcurrentHashMap<>();

	private final List<Runnable> told = new CopyOnWriteArrayList<>();

	private final AtomicInteger looks = new AtomicInteger();

	private volatile boolean running = true;

	private final AtomicInteger reports = new AtomicInteger();

	private volatile boolean silent;

	private volatile boolean confirming = true;

	private volatile boolean telling;

	private volatile List<String> problems = List.of();

	private volatile Duration ahead = Duration.ZERO;

	@Override
	public Documents open(String namespace) {
		return new Connection(namespace(namespace));
	}

	/** Lets every call fail from now on. */
	public void stop() {
		this.running = false;
	}

	/** Answers again, with all that was there. */
	public void start() {
		this.running = true;
	}

	/** Carries out writes from now on, but does not say so. */
	public void confirmNothing() {
		this.confirming = false;
	}

	/** Tells of all writes once more, in their order. */
	public void tellAgain() {
		List.copyOf(this.told).forEach(Runnable::run);
	}

	/**
	 * How often anybody has asked for changes.
	 * @return the number
	 */
	public int looks() {
		return this.looks.get();
	}

	/** Tells nobody of writes any more, as if every notice were lost. */
	public void loseNotices() {
		this.silent = true;
	}

	/**
	 * How often anybody has reported.
	 * @return the number
	 */
	public int reports() {
		return this.reports.get();
	}

	/** Claims that nobody need look for writes, as all are told of. */
	public void claimToTell() {
		this.telling = true;
	}

	/**
	 * Has something for operators to know.
	 * @param problems the problems
	 */
	public void hasProblems(String... problems) {
		this.problems = List.of(problems);
	}

	/** Tells that writes have to be looked for again. */
	public void endClaimToTell() {
		this.telling = false;
		this.namespaces.values()
			.forEach((namespace) -> namespace.listeners.forEach((listener) -> listener.accept(null)));
	}

	/**
	 * Lets reports grow older.
	 * @param time how much
	 */
	public void advance(Duration time) {
		this.ahead = this.ahead.plus(time);
	}

	/**
	 * Loses all data of a namespace.
	 * @param namespace the namespace
	 */
	public void wipe(String namespace) {
		namespace(namespace).restore(new Data());
	}

	/**
	 * Loses contents, as an engine does that is short of memory.
	 * @param namespace the namespace
	 * @param hash hash of the content
	 */
	public void evict(String namespace, String hash) {
		namespace(namespace).evict(hash);
	}

	/**
	 * Copies the data of a namespace, as a backup of the engine does.
	 * @param namespace the namespace
	 * @return brings the copied data back
	 */
	public Runnable backUp(String namespace) {
		Data copy = namespace(namespace).copy();
		return () -> namespace(namespace).restore(copy);
	}

	private Namespace namespace(String namespace) {
		return this.namespaces.computeIfAbsent(namespace, Namespace::new);
	}

	private Instant now() {
		return Instant.now().plus(this.ahead);
	}

	private static final class Data {

		private Documents.Version version;

		/** The revision from which on deletions are known. */
		private long firstRevision;

		private final Map<String, Written> documents = new LinkedHashMap<>();

		private final Map<String, byte[]> contents = new HashMap<>();

		private final Map<String, Report> reports = new HashMap<>();

		private Data copy() {
			Data copy = new Data();
			copy.version = this.version;
			copy.firstRevision = this.firstRevision;
			copy.documents.putAll(this.documents);
			copy.contents.putAll(this.contents);
			copy.reports.putAll(this.reports);
			return copy;
		}

	}

	private record Written(Documents.Document document, long revision) {

	}

	private record Report(String text, Instant expires) {

	}

	private final class Namespace {

		private final String name;

		private final List<Consumer<Documents.Write>> listeners = new CopyOnWriteArrayList<>();

		private Data data = new Data();

		private Namespace(String name) {
			this.name = name;
		}

		private synchronized Data copy() {
			return this.data.copy();
		}

		private synchronized void restore(Data data) {
			this.data = data.copy();
		}

		private synchronized Documents.Changes changesSince(Documents.Version known) {
			Documents.Version version = this.data.version;
			boolean complete = known == null || version == null || !known.epoch().equals(version.epoch())
					|| known.revision() > version.revision() || known.revision() < this.data.firstRevision;
			List<Documents.Document> documents = this.data.documents.values()
				.stream()
				.filter((written) -> complete ? !written.document().isDeleted() : written.revision() > known.revision())
				.map(Written::document)
				.toList();
			return new Documents.Changes(version, complete, documents);
		}

		private synchronized void evict(String hash) {
			this.data.contents.remove(hash);
		}

		private synchronized Map<String, byte[]> contents(Collection<String> hashes) {
			Map<String, byte[]> contents = new HashMap<>();
			for (String hash : hashes) {
				byte[] content = this.data.contents.get(hash);
				if (content != null) {
					contents.put(hash, content.clone());
				}
			}
			return contents;
		}

		private synchronized Collection<String> contentHashes() {
			return List.copyOf(this.data.contents.keySet());
		}

		private boolean write(Documents.Write write) throws IOException {
			synchronized (this) {
				if (!Objects.equals(write.basis(), this.data.version)) {
					return false;
				}
				List<String> missing = new ArrayList<>(write.needed());
				missing.removeAll(this.data.contents.keySet());
				missing.removeAll(write.contents().keySet());
				if (!missing.isEmpty()) {
					throw new MissingContentsException(this.name, missing);
				}
				if (write.basis() == null || !write.basis().epoch().equals(write.result().epoch())) {
					this.data.firstRevision = write.result().revision();
				}
				this.data.version = write.result();
				this.data.contents.keySet().removeAll(write.obsolete());
				write.contents().forEach((hash, content) -> this.data.contents.put(hash, content.clone()));
				for (Documents.Document document : write.documents()) {
					this.data.documents.put(document.name(), new Written(document, write.result().revision()));
				}
			}
			if (!InMemoryDocuments.this.silent) {
				tell(write);
			}
			return true;
		}

		private void tell(Documents.Write write) {
			InMemoryDocuments.this.told.add(() -> tell(write));
			Documents.Write notice = new Documents.Write(write.basis(), write.result(), write.documents(), Map.of(),
					List.of());
			this.listeners.forEach((listener) -> listener.accept(notice));
		}

		private synchronized void report(String instance, String text, Duration lifetime) {
			InMemoryDocuments.this.reports.incrementAndGet();
			this.data.reports.values().removeIf((report) -> !report.expires().isAfter(now()));
			this.data.reports.put(instance, new Report(text, now().plus(lifetime)));
		}

		private synchronized void withdraw(String instance) {
			this.data.reports.remove(instance);
		}

		private synchronized Map<String, String> reports() {
			Map<String, String> texts = new HashMap<>();
			this.data.reports.forEach((instance, report) -> {
				if (report.expires().isAfter(now())) {
					texts.put(instance, report.text());
				}
			});
			return texts;
		}

	}

	private final class Connection implements Documents {

		private final Namespace namespace;

		private final List<Consumer<Write>> listeners = new ArrayList<>();

		private volatile boolean closed;

		private Connection(Namespace namespace) {
			this.namespace = namespace;
		}

		private Namespace connect() throws IOException {
			if (this.closed || !InMemoryDocuments.this.running) {
				throw new IOException("%s: %s".formatted(location(), this.closed ? "closed" : "stopped"));
			}
			return this.namespace;
		}

		@Override
		public String location() {
			return "memory:" + this.namespace.name;
		}

		@Override
		public Changes changesSince(Version known) throws IOException {
			InMemoryDocuments.this.looks.incrementAndGet();
			return connect().changesSince(known);
		}

		@Override
		public Map<String, byte[]> contents(Collection<String> hashes) throws IOException {
			return connect().contents(hashes);
		}

		@Override
		public boolean write(Write write) throws IOException {
			boolean written = connect().write(write);
			if (!InMemoryDocuments.this.confirming) {
				throw new IOException("no answer within 0 ms");
			}
			return written;
		}

		@Override
		public Collection<String> contentHashes() throws IOException {
			return connect().contentHashes();
		}

		@Override
		public void report(String instance, String text, Duration lifetime) throws IOException {
			connect().report(instance, text, lifetime);
		}

		@Override
		public void withdraw(String instance) throws IOException {
			connect().withdraw(instance);
		}

		@Override
		public Map<String, String> reports() throws IOException {
			return connect().reports();
		}

		@Override
		public boolean isNotifying() {
			return InMemoryDocuments.this.telling;
		}

		@Override
		public List<String> problems() {
			return InMemoryDocuments.this.problems;
		}

		@Override
		public synchronized void onWrite(Consumer<Write> listener) {
			this.listeners.add(listener);
			this.namespace.listeners.add(listener);
		}

		@Override
		public synchronized void close() {
			this.closed = true;
			this.namespace.listeners.removeAll(this.listeners);
		}

	}

}
