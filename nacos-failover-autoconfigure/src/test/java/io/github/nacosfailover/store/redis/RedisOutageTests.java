package io.github.nacosfailover.store.redis;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.nacosfailover.nacosserver.ProcessPause;
import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.Documents.Version;
import io.github.nacosfailover.store.document.Documents.Write;
import io.github.nacosfailover.testsupport.RealRedis;
import io.github.nacosfailover.testsupport.Threads;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A Redis that is gone, stopped or empty again, and a driver that would wait a minute.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RedisOutageTests {

	private static final Write FIRST = new Write(null, new Version("epoch", 1),
			List.of(new Document("a", 1, "h", "text")), Map.of("h", new byte[] { 1 }), List.of());

	private final RealRedis redis = RealRedis.start();

	private LettuceConnectionFactory connections;

	private Documents documents;

	@BeforeEach
	void open() {
		RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration("127.0.0.1", this.redis.port());
		this.connections = new LettuceConnectionFactory(configuration);
		this.connections.afterPropertiesSet();
		this.connections.start();
		this.documents = new RedisDocumentsFactory(this.connections, "nacos-failover", Duration.ofSeconds(5))
			.open("public");
	}

	@AfterEach
	void close() {
		this.documents.close();
		this.connections.destroy();
		this.redis.close();
	}

	@Test
	void killedServerIsAFailureUntilItIsThereAgainAndThenItIsEmpty() throws IOException {
		AtomicInteger told = new AtomicInteger();
		this.documents.onWrite((write) -> told.incrementAndGet());
		this.documents.write(FIRST);
		Awaitility.await().until(() -> told.get() > 0);
		this.redis.kill();
		assertFails();

		this.redis.restart();
		Awaitility.await()
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(this.documents.changesSince(FIRST.result()).version()).isNull());
		told.set(0);
		Awaitility.await().ignoreExceptions().until(() -> {
			Version version = this.documents.changesSince(null).version();
			this.documents.write(new Write(version, new Version("new", (version != null) ? version.revision() + 1 : 1),
					List.of(), Map.of(), List.of()));
			return told.get() > 0;
		});
	}

	@Test
	void serverThatIsNotThereAtFirstIsUsedOnceItIs() {
		this.redis.kill();
		assertFails();
		this.redis.restart();
		Awaitility.await()
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(this.documents.changesSince(null).version()).isNull());
	}

	@Test
	void stoppedServerIsAFailureUntilItGoesOn() throws IOException {
		this.documents.write(FIRST);
		ProcessPause pause = this.redis.pause();
		try {
			assertFails();
		}
		finally {
			pause.end();
		}
		Awaitility.await()
			.ignoreExceptions()
			.untilAsserted(
					() -> assertThat(this.documents.changesSince(null).documents()).isEqualTo(FIRST.documents()));
	}

	@Test
	void closeLeavesNoThreadEvenIfTheServerIsStopped() throws IOException {
		this.documents.onWrite((write) -> {
		});
		this.documents.write(FIRST);
		ProcessPause pause = this.redis.pause();
		try {
			assertFails();
			this.documents.close();
			Awaitility.await().untilAsserted(() -> assertThat(Threads.named("nacos-failover-redis")).isEmpty());
		}
		finally {
			pause.end();
		}
	}

	private void assertFails() {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.documents.changesSince(null))
			.withMessageContaining("redis://127.0.0.1:" + this.redis.port());
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.documents.write(FIRST));
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.documents.report("i", "", Duration.ZERO));
	}

}
