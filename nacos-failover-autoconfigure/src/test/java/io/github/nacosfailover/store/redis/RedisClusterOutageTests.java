package io.github.nacosfailover.store.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import io.github.nacosfailover.nacosserver.ProcessPause;
import io.github.nacosfailover.store.shared.SharedStore;
import io.github.nacosfailover.testsupport.RealRedisCluster;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.awaitility.Awaitility.await;

/**
 * What a fleet serves while a cluster replaces the master that has its keys, which was
 * killed or gives no answer.
 */
class RedisClusterOutageTests extends RedisOutageTestBase {

	private static final Duration TIMEOUT = Duration.ofMillis(500);

	private final RealRedisCluster cluster = RealRedisCluster.start(namespace());

	/**
	 * As Spring Boot does with {@code cluster.refresh.adaptive} and
	 * {@code cluster.refresh.period} of Lettuce, {@code timeout} and
	 * {@code connect-timeout}.
	 */
	@BeforeEach
	void connect() throws Exception {
		ClusterTopologyRefreshOptions refresh = ClusterTopologyRefreshOptions.builder()
			.enableAllAdaptiveRefreshTriggers()
			.enablePeriodicRefresh(Duration.ofSeconds(1))
			.build();
		ClusterClientOptions options = ClusterClientOptions.builder()
			.topologyRefreshOptions(refresh)
			.timeoutOptions(TimeoutOptions.enabled())
			.socketOptions(SocketOptions.builder().connectTimeout(TIMEOUT).build())
			.build();
		connect(new LettuceConnectionFactory(new RedisClusterConfiguration(this.cluster.addresses()),
				LettuceClientConfiguration.builder().commandTimeout(TIMEOUT).clientOptions(options).build()));
	}

	@Override
	void stopServers() {
		this.cluster.close();
	}

	@Test
	void replicaTakesOverAndTheMasterOfBeforeReturns() throws Exception {
		surviveWhileOn(() -> {
			this.cluster.killMaster();
			return this.cluster::letReplicaTakeOver;
		});
		this.cluster.restartMaster();
		agreeOnTheNextChange(start("late"));
		this.cluster.returnToMaster();
		SharedStore later = start("later");
		// Lettuce may not try to connect to it again before as much time has passed as it
		// was gone.
		await().ignoreExceptions().untilAsserted(() -> later.writeSwitch(on()));
		agreeOnTheNextChange(later);
	}

	@Test
	void masterWithoutAWordIsLeftThoughItsConnectionsStayOpen() throws Exception {
		AtomicReference<ProcessPause> pause = new AtomicReference<>();
		surviveWhileOn(() -> {
			pause.set(this.cluster.pauseMaster());
			return this.cluster::letReplicaTakeOver;
		});
		pause.get().end();
		this.cluster.awaitReturn();
		agreeOnTheNextChange(start("late"));
	}

}
