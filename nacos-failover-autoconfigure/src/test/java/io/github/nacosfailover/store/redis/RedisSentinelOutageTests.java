package io.github.nacosfailover.store.redis;

import java.nio.file.Path;
import java.time.Instant;

import io.github.nacosfailover.nacosserver.ProcessPause;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.shared.SharedStore;
import io.github.nacosfailover.testsupport.RealSentinel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a fleet serves while a sentinel replaces the master, which was killed.
 */
class RedisSentinelOutageTests extends RedisOutageTestBase {

	private RealSentinel servers;

	@BeforeEach
	void startServers(@TempDir Path directory) {
		this.servers = RealSentinel.start(directory);
	}

	@Override
	void stopServers() {
		this.servers.close();
	}

	@Test
	void replicaTakesOver() throws Exception {
		connect(new LettuceConnectionFactory(configuration()));
		surviveWhileOn(() -> {
			this.servers.awaitReplica();
			this.servers.killMasterAndSentinel();
			return this.servers::startSentinel;
		});
	}

	@Test
	void replicaThatWasOffWhenLastHeardOfTakesOver() throws Exception {
		connect(new JedisConnectionFactory(configuration()));
		SharedStore early = start("early");
		early.writeSwitch(new SwitchState(false, Instant.now(), "ops", "early", null));
		this.servers.awaitReplica();
		ProcessPause pause = this.servers.pauseReplica();
		surviveWhileOn(() -> {
			this.servers.killMasterAndSentinel();
			return () -> {
				pause.end();
				this.servers.startSentinel();
			};
		});
	}

	@Test
	void masterWithoutAWordIsLeftThoughItsConnectionsStayOpen() throws Exception {
		connect(new LettuceConnectionFactory(configuration()));
		SharedStore one = start("one");
		SharedStore other = start("other");
		SwitchState on = on();
		one.writeSwitch(on);
		await().untilAsserted(() -> assertThat(switchOf(other)).isEqualTo(on));
		this.servers.awaitReplica();
		ProcessPause pause = this.servers.pauseMaster();
		try {
			await().untilAsserted(() -> assertProblem(one));
			SwitchState off = new SwitchState(false, Instant.now(), "ops", "over", null);
			await().ignoreExceptions().untilAsserted(() -> one.writeSwitch(off));
			await().untilAsserted(() -> assertThat(switchOf(other)).isEqualTo(off));
		}
		finally {
			pause.end();
		}
	}

	private RedisSentinelConfiguration configuration() {
		RedisSentinelConfiguration configuration = new RedisSentinelConfiguration().master(RealSentinel.MASTER)
			.sentinel("127.0.0.1", this.servers.port());
		configuration.setPassword(RealSentinel.PASSWORD);
		configuration.setSentinelPassword(RealSentinel.SENTINEL_PASSWORD);
		return configuration;
	}

}
