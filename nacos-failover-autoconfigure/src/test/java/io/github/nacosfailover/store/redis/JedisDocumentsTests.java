package io.github.nacosfailover.store.redis;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.Documents.Version;
import io.github.nacosfailover.store.document.Documents.Write;
import io.github.nacosfailover.store.document.DocumentsContract;
import io.github.nacosfailover.testsupport.RealRedis;
import io.github.nacosfailover.testsupport.Threads;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The contract on one Redis with Jedis.
 */
class JedisDocumentsTests extends DocumentsContract {

	private static RealRedis redis;

	private static JedisConnectionFactory connections;

	@BeforeAll
	static void startServer() {
		redis = RealRedis.start();
		connections = new JedisConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", redis.port()));
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
	void noticesComeAgainAfterARestartAndEndWithClose() throws IOException {
		AtomicInteger told = new AtomicInteger();
		try (Documents documents = open("told"); Documents writer = open("told")) {
			documents.onWrite((write) -> told.incrementAndGet());
			AtomicInteger revision = new AtomicInteger();
			awaitNotice(writer, told, revision);
			redis.kill();
			redis.restart();
			revision.set(0);
			awaitNotice(writer, told, revision);
		}
		Awaitility.await().untilAsserted(() -> assertThat(Threads.named("nacos-failover-redis")).isEmpty());
	}

	@Test
	void closingOneThatIsAboutToSubscribeLeavesNoReplyInThePool() throws IOException {
		try (Documents others = open("pool"); Documents writer = open("pool")) {
			for (int i = 0; i < 200; i++) {
				Documents closed = open("pool");
				closed.onWrite((write) -> {
				});
				if (i % 2 == 0) {
					writer.write(new Write((i > 0) ? new Version("epoch", i) : null, new Version("epoch", i + 2),
							List.of(), Map.of(), List.of()));
				}
				closed.close();
				assertThat(others.reports()).isEmpty();
				assertThat(others.changesSince(null).documents()).isEmpty();
			}
		}
		Awaitility.await().untilAsserted(() -> assertThat(Threads.named("nacos-failover-redis")).isEmpty());
	}

	private static void awaitNotice(Documents writer, AtomicInteger told, AtomicInteger revision) {
		int before = told.get();
		Awaitility.await().ignoreExceptions().until(() -> {
			int last = revision.get();
			writer.write(new Write((last != 0) ? new Version("epoch", last) : null, new Version("epoch", last + 1),
					List.of(), Map.of(), List.of()));
			revision.incrementAndGet();
			return told.get() > before;
		});
	}

}
