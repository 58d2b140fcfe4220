package io.github.nacosfailover.store.redis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.MissingContentsException;
import io.github.nacosfailover.store.shared.BoundedCalls;
import io.github.nacosfailover.store.shared.WriteNotice;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.data.redis.serializer.RedisSerializer;

/**
 * Documents in Redis 6.2 or later, or Valkey: single, with Sentinel, or a cluster. Each
 * write is one script, so it is atomic; the contents that it needs are there before.
 */
final class RedisDocuments implements Documents {

	/** More deletions make readers who know none of them read everything. */
	private static final int REMEMBERED_DELETIONS = 10_000;

	/** Bytes of what is sent to each listener at every write. */
	private static final int MAX_NOTICE = 8 * 1024;

	/** Lua passes some thousand arguments at most, and other clients wait meanwhile. */
	private static final int CONTENTS_PER_CALL = 200;

	private static final int BYTES_PER_CALL = 1024 * 1024;

	private final RedisTemplate<String, byte[]> template = new RedisTemplate<>();

	private final RedisKeys keys;

	private final String location;

	private final BoundedCalls calls;

	private final RedisNotices notices;

	RedisDocuments(RedisConnectionFactory connectionFactory, RedisKeys keys, Duration timeout) {
		this.keys = keys;
		this.location = RedisLocation.of(connectionFactory) + ", keys " + keys.common() + "*";
		this.calls = new BoundedCalls("nacos-failover-redis", this::location, timeout);
		SilentConnection silent = new SilentConnection(connectionFactory, this.calls);
		this.notices = new RedisNotices(connectionFactory, keys.channel(), timeout, silent::leaveIfSilent);
		this.template.setConnectionFactory(connectionFactory);
		this.template.setKeySerializer(RedisSerializer.string());
		this.template.setValueSerializer(RedisSerializer.byteArray());
		this.template.setHashKeySerializer(RedisSerializer.string());
		this.template.setHashValueSerializer(RedisSerializer.byteArray());
		this.template.afterPropertiesSet();
	}

	@Override
	public String location() {
		return this.location;
	}

	@Override
	public Changes changesSince(@Nullable Version known) throws IOException {
		String epoch = (known != null) ? known.epoch() : "";
		String revision = (known != null) ? Long.toString(known.revision()) : "";
		return call(() -> {
			List<Object> answer = execute(RedisScripts.CHANGES, this.keys.ofChanges(), bytes(epoch), bytes(revision));
			if (answer.isEmpty()) {
				return new Changes(null, true, List.of());
			}
			Version version = new Version(text(answer.get(0)), Long.parseLong(text(answer.get(1))));
			boolean complete = (Long) answer.get(2) == 1;
			return new Changes(version, complete, documents((List<?>) answer.get(3), complete));
		});
	}

	private static List<Document> documents(List<?> namesAndValues, boolean withoutDeleted) {
		List<Document> documents = new ArrayList<>(namesAndValues.size() / 2);
		Iterator<?> iterator = namesAndValues.iterator();
		while (iterator.hasNext()) {
			Document document = DocumentFormat.read((byte[]) iterator.next(), (byte[]) iterator.next());
			if (!withoutDeleted || !document.isDeleted()) {
				documents.add(document);
			}
		}
		return List.copyOf(documents);
	}

	@Override
	public Map<String, byte[]> contents(Collection<String> hashes) throws IOException {
		Map<String, byte[]> contents = new HashMap<>();
		List<String> all = List.copyOf(hashes);
		for (int first = 0; first < all.size(); first += CONTENTS_PER_CALL) {
			List<String> some = all.subList(first, Math.min(first + CONTENTS_PER_CALL, all.size()));
			List<Object> answer = call(() -> execute(RedisScripts.CONTENTS, List.of(this.keys.contents()),
					some.stream().map(RedisDocuments::bytes).toArray()));
			for (int i = 0; i < some.size(); i++) {
				if (answer.get(i) instanceof byte[] content) {
					contents.put(some.get(i), content);
				}
			}
		}
		return contents;
	}

	@Override
	public boolean write(Write write) throws IOException {
		if (!write.contents().isEmpty()) {
			// Of the many who write the same at once, all but one need not bring
			// contents.
			if (isOutdated(write)) {
				return false;
			}
			writeContents(write.contents());
		}
		List<String> needed = new ArrayList<>(write.contents().keySet());
		needed.addAll(write.needed());
		Object[] arguments = arguments(write, needed);
		List<Object> answer = call(() -> execute(RedisScripts.WRITE, this.keys.ofWrite(), arguments),
				Duration.ofMillis(write.documents().size() + needed.size() + write.obsolete().size()));
		if (answer.size() > 1) {
			throw new MissingContentsException(this.location,
					answer.subList(1, answer.size()).stream().map(RedisDocuments::text).toList());
		}
		return Long.valueOf(1).equals(answer.get(0));
	}

	private boolean isOutdated(Write write) throws IOException {
		Version basis = write.basis();
		return basis != null && !basis.equals(changesSince(basis).version());
	}

	private void writeContents(Map<String, byte[]> contents) throws IOException {
		Map<String, byte[]> some = new LinkedHashMap<>();
		int size = 0;
		for (Map.Entry<String, byte[]> content : contents.entrySet()) {
			if (!some.isEmpty()
					&& (some.size() == CONTENTS_PER_CALL || size + content.getValue().length > BYTES_PER_CALL)) {
				put(some);
				some = new LinkedHashMap<>();
				size = 0;
			}
			some.put(content.getKey(), content.getValue());
			size += content.getValue().length;
		}
		put(some);
	}

	private void put(Map<String, byte[]> contents) throws IOException {
		call(() -> {
			this.template.<String, byte[]>opsForHash().putAll(this.keys.contents(), contents);
			return true;
		});
	}

	private static void addAll(List<byte[]> arguments, Collection<String> texts) {
		arguments.add(bytes(Integer.toString(texts.size())));
		texts.forEach((text) -> arguments.add(bytes(text)));
	}

	private Object[] arguments(Write write, Collection<String> needed) {
		Version basis = write.basis();
		List<byte[]> arguments = new ArrayList<>();
		arguments.add(bytes(this.keys.channel()));
		arguments.add(WriteNotice.write(write, MAX_NOTICE));
		arguments.add(bytes((basis != null) ? basis.epoch() : ""));
		arguments.add(bytes((basis != null) ? Long.toString(basis.revision()) : ""));
		arguments.add(bytes(write.result().epoch()));
		arguments.add(bytes(Long.toString(write.result().revision())));
		arguments.add(bytes(Integer.toString(REMEMBERED_DELETIONS)));
		addAll(arguments, needed);
		arguments.add(bytes(Integer.toString(write.documents().size())));
		for (Document document : write.documents()) {
			arguments.add(bytes(document.name()));
			arguments.add(DocumentFormat.write(document));
			arguments.add(bytes(document.isDeleted() ? "1" : "0"));
		}
		write.obsolete().forEach((hash) -> arguments.add(bytes(hash)));
		return arguments.toArray();
	}

	@Override
	public Collection<String> contentHashes() throws IOException {
		return call(() -> execute(RedisScripts.CONTENT_HASHES, List.of(this.keys.contents())).stream()
			.map(RedisDocuments::text)
			.toList());
	}

	@Override
	public void report(String instance, String text, Duration lifetime) throws IOException {
		call(() -> execute(RedisScripts.REPORT, this.keys.ofReports(), bytes(instance), bytes(text),
				bytes(Long.toString(Math.max(lifetime.toMillis(), 1)))));
	}

	@Override
	public void withdraw(String instance) throws IOException {
		call(() -> execute(RedisScripts.WITHDRAW, this.keys.ofReports(), bytes(instance)));
	}

	@Override
	public Map<String, String> reports() throws IOException {
		return call(() -> {
			Map<String, String> reports = new HashMap<>();
			Iterator<?> answer = execute(RedisScripts.REPORTS, this.keys.ofReports()).iterator();
			while (answer.hasNext()) {
				reports.put(text(answer.next()), text(answer.next()));
			}
			return reports;
		});
	}

	@Override
	public void onWrite(Consumer<@Nullable Write> listener) {
		this.notices.add(listener);
	}

	@Override
	public List<String> problems() {
		return this.notices.problems();
	}

	@Override
	public void close() {
		this.notices.close();
		this.calls.close();
	}

	private <T> T call(Callable<T> call) throws IOException {
		return call(call, Duration.ZERO);
	}

	private <T> T call(Callable<T> call, Duration extra) throws IOException {
		try {
			return this.calls.call(call, extra);
		}
		catch (IOException ex) {
			if (SilentConnection.isCauseOf(ex)) {
				this.notices.doubt();
			}
			throw ex;
		}
	}

	private <T> T execute(RedisScript<T> script, List<String> keys, Object... arguments) {
		T answer = this.template.execute(script, keys, arguments);
		if (answer == null) {
			throw new IllegalStateException("no answer");
		}
		return answer;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String text(Object bytes) {
		return new String((byte[]) bytes, StandardCharsets.UTF_8);
	}

}
