package io.github.nacosfailover.store.redis;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.Documents.Changes;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.Documents.Version;
import io.github.nacosfailover.store.document.Documents.Write;
import io.github.nacosfailover.store.document.DocumentsContract;
import io.github.nacosfailover.store.shared.SharedStoreContract;
import io.github.nacosfailover.testsupport.RealRedis;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The contract on one Redis with Lettuce, and what is Redis' own.
 */
class RedisDocumentsTests extends DocumentsContract {

	private static RealRedis redis;

	private static LettuceConnectionFactory connections;

	@BeforeAll
	static void startServer() {
		redis = RealRedis.start();
		connections = new LettuceConnectionFactory("127.0.0.1", redis.port());
		connections.afterPropertiesSet();
		connections.start();
	}

	@AfterAll
	static void stopServer() {
		connections.destroy();
		redis.close();
	}

	@Override
	protected Documents open(String namespace) {
		return new RedisDocumentsFactory(connections, "nacos-failover", Duration.ofSeconds(10)).open(namespace);
	}

	@Test
	void locationNamesServerAndKeys() {
		try (Documents documents = open("dev")) {
			assertThat(documents.location())
				.isEqualTo("redis://127.0.0.1:%s/0, keys nacos-failover:{dev}:*".formatted(redis.port()));
		}
	}

	@Test
	void writeIsToldToListenersUntilTheyClose() throws IOException {
		AtomicInteger told = new AtomicInteger();
		try (Documents documents = open("told"); Documents writer = open("told")) {
			documents.onWrite((write) -> told.incrementAndGet());
			Awaitility.await().untilAsserted(() -> assertThat(subscribers("told")).isEqualTo(1));
			int before = told.get();
			writer.write(write(null, 1));
			Awaitility.await().untilAsserted(() -> assertThat(told.get()).isGreaterThan(before));
		}
		Awaitility.await().untilAsserted(() -> assertThat(subscribers("told")).isZero());
	}

	@Test
	void whatAListenerThrowsIsAProblemUntilItWorksAgain() throws IOException {
		AtomicBoolean failing = new AtomicBoolean(true);
		AtomicInteger told = new AtomicInteger();
		try (Documents documents = open("failing"); Documents writer = open("failing")) {
			documents.onWrite((write) -> {
				if (failing.get()) {
					throw new StackOverflowError("on purpose");
				}
			});
			documents.onWrite((write) -> told.incrementAndGet());
			Awaitility.await().until(() -> told.get() > 0);
			assertThat(documents.problems()).singleElement().asString().contains("on purpose");
			failing.set(false);
			writer.write(write(null, 1));
			Awaitility.await().until(() -> documents.problems().isEmpty());
		}
	}

	@Test
	void readerOlderThanTheForgottenDeletionsIsToldEverything() throws IOException {
		try (Documents documents = open("forgotten")) {
			documents.write(write(null, 1, new Document("stays", 1, "h", "")));
			documents.write(write(1L, 2, deleted("a", 2, 6000)));
			documents.write(write(2L, 3, deleted("b", 3, 6000)));

			Changes old = documents.changesSince(new Version("epoch", 1));
			assertThat(old.complete()).isTrue();
			assertThat(old.documents()).extracting(Document::name).containsExactly("stays");
			Changes recent = documents.changesSince(new Version("epoch", 2));
			assertThat(recent.complete()).isFalse();
			assertThat(recent.documents()).hasSize(6000);
			assertThat(redis.send("HLEN nacos-failover:{forgotten}:documents")).isEqualTo(":10001");
		}
	}

	@Test
	void whatAnEvictionLeavesCountsAsNothing() throws IOException {
		for (String key : List.of("version", "documents", "changes")) {
			try (Documents documents = open("evicted-" + key)) {
				documents.write(write(null, 1, new Document("a", 1, "h", ""), new Document("b", 1, "h", "")));
				redis.send("DEL nacos-failover:{evicted-%s}:%s".formatted(key, key));
				assertThat(documents.changesSince(null)).isEqualTo(new Changes(null, true, List.of()));
				assertThat(documents.write(write(1L, 2))).isFalse();
				assertThat(documents.write(write(null, 7, new Document("c", 7, "h", "")))).isTrue();
				assertThat(documents.changesSince(new Version("epoch", 1)).documents()).extracting(Document::name)
					.containsExactly("c");
			}
		}
	}

	@Test
	void keysOfReportsGoWithTheLastOfThem() throws IOException {
		try (Documents documents = open("reports")) {
			for (int i = 0; i < 20; i++) {
				documents.report("i-" + i, "text", Duration.ofMillis(1));
			}
			documents.report("last", "text", Duration.ofMillis(100));
			Awaitility.await()
				.untilAsserted(() -> assertThat(
						redis.send("EXISTS nacos-failover:{reports}:reports nacos-failover:{reports}:expiry"))
					.isEqualTo(":0"));
		}
	}

	private static int subscribers(String namespace) {
		// An array of channel and number, of which the first line is the length.
		String channels = redis
			.send("EVAL \"return redis.call('PUBSUB','NUMSUB',ARGV[1])[2]\" 0 nacos-failover:{%s}:writes"
				.formatted(namespace));
		return Integer.parseInt(channels.substring(1));
	}

	private static Document[] deleted(String prefix, long revision, int count) {
		return IntStream.range(0, count)
			.mapToObj((i) -> new Document(prefix + i, revision, null, ""))
			.toArray(Document[]::new);
	}

	private static Write write(Long basis, long revision, Document... documents) {
		return new Write((basis != null) ? new Version("epoch", basis) : null, new Version("epoch", revision),
				List.of(documents), Map.of(), List.of());
	}

	/** The store in it. */
	@Nested
	class Store extends SharedStoreContract {

		@Override
		protected Documents documents(String namespace) {
			return RedisDocumentsTests.this.open(namespace);
		}

	}

}
