package io.github.nacosfailover.store.redis;

import io.github.nacosfailover.nacosserver.ProcessPause;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.shared.SharedStore;
import io.github.nacosfailover.testsupport.Network;
import io.github.nacosfailover.testsupport.RealRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a fleet on Redis serves while that is gone, stopped, empty again or out of reach.
 */
class RedisStoreOutageTests extends RedisOutageTestBase {

	private final RealRedis redis = RealRedis.startDurable();

	private final Network network = Network.to(this.redis.port());

	@BeforeEach
	void connect() throws Exception {
		connect(new LettuceConnectionFactory("127.0.0.1", this.network.port()));
	}

	@Override
	void stopServers() {
		this.network.close();
		this.redis.close();
	}

	@Test
	void killedAndRestartedWithItsData() throws Exception {
		surviveWhileOn(() -> {
			this.redis.kill();
			return this.redis::restart;
		});
	}

	@Test
	void killedAndRestartedWithoutItsData() throws Exception {
		surviveWhileOn(() -> {
			this.redis.kill();
			return () -> {
				this.redis.wipe();
				this.redis.restart();
			};
		});
	}

	@Test
	void stoppedForAWhile() throws Exception {
		surviveWhileOn(() -> {
			ProcessPause pause = this.redis.pause();
			return pause::end;
		});
	}

	@Test
	void outOfReachWithoutAWord() throws Exception {
		surviveWhileOn(() -> {
			this.network.silence();
			return this.network::mend;
		});
	}

	@Test
	void processBehindACutFollowsWhenItIsMended() throws Exception {
		SharedStore behind = start("behind");
		SharedStore other = start("other",
				documents(namespace(), open(new LettuceConnectionFactory("127.0.0.1", this.redis.port()))));
		this.network.silence();
		SwitchState on = on();
		other.writeSwitch(on);
		await().untilAsserted(() -> assertProblem(behind));
		assertThat(switchOf(behind)).isEqualTo(SwitchState.OFF);
		this.network.mend();
		await().untilAsserted(() -> assertThat(switchOf(behind)).isEqualTo(on));
	}

}
