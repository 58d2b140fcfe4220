package io.github.nacosfailover.testsupport;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.nacosfailover.nacosserver.ProcessPause;
import org.awaitility.Awaitility;

/**
 * A real Redis Cluster of three masters, the fewest that can elect, and a replica of the
 * one that has the keys of a test. The replica takes over when a test and not the clock
 * tells it to.
 */
public final class RealRedisCluster implements AutoCloseable {

	/** After which Redis gives up a failover that it was asked for, and somewhat more. */
	private static final long FAILOVER_TIMEOUT = TimeUnit.SECONDS.toNanos(7);

	private static final int SLOTS = 16_384;

	private static final int MASTERS = 3;

	private static final String[] SETTINGS = { "--cluster-enabled", "yes", "--cluster-node-timeout", "2000",
			"--cluster-replica-validity-factor", "0", "--cluster-replica-no-failover", "yes", "--repl-diskless-sync",
			"yes", "--repl-diskless-sync-delay", "0" };

	private final List<RealRedis> masters = Stream.generate(() -> RealRedis.startNode(SETTINGS))
		.limit(MASTERS)
		.toList();

	private final RealRedis replica = RealRedis.startNode(SETTINGS);

	private final String hashTag;

	private RealRedisCluster(String hashTag) {
		this.hashTag = hashTag;
		RealRedis first = this.masters.get(0);
		int slot = Integer.parseInt(first.send("CLUSTER KEYSLOT " + hashTag).substring(1));
		for (int i = 0; i < MASTERS; i++) {
			RealRedis master = this.masters.get(i);
			master.send("CLUSTER SET-CONFIG-EPOCH " + (i + 1));
			master.send("CLUSTER ADDSLOTS " + IntStream.range(i * SLOTS / MASTERS, (i + 1) * SLOTS / MASTERS)
				.mapToObj((offset) -> Integer.toString((slot + offset) % SLOTS))
				.collect(Collectors.joining(" ")));
		}
		nodes().skip(1).forEach((node) -> first.send("CLUSTER MEET 127.0.0.1 " + node.port()));
		awaitAgreement();
		this.replica.send("CLUSTER REPLICATE " + first.send("CLUSTER MYID"));
		awaitCopy(first);
	}

	/**
	 * Starts all four.
	 * @param hashTag what the keys of a test have between braces
	 * @return the servers, once all know each other
	 */
	public static RealRedisCluster start(String hashTag) {
		return new RealRedisCluster(hashTag);
	}

	/**
	 * Where the nodes listen.
	 * @return hosts and ports
	 */
	public List<String> addresses() {
		return nodes().map((node) -> "127.0.0.1:" + node.port()).toList();
	}

	/** Ends the master at once. */
	public void killMaster() {
		awaitCopy(master());
		master().kill();
	}

	/**
	 * Stops the master: its connections stay open without an answer, as when its machine
	 * is gone.
	 * @return the pause, to be ended
	 */
	public ProcessPause pauseMaster() {
		awaitCopy(master());
		return master().pause();
	}

	/** Lets the replica take over, and waits until it has. */
	public void letReplicaTakeOver() {
		this.replica.send("CONFIG SET cluster-replica-no-failover no");
		Awaitility.await().until(() -> write(this.replica).startsWith("+OK"));
	}

	/** Starts the master that was killed, and waits until it follows the other. */
	public void restartMaster() {
		master().restart();
		awaitReturn();
	}

	/** Waits until the master of before follows the other. */
	public void awaitReturn() {
		awaitCopy(this.replica);
		awaitAgreement();
	}

	/** Makes the former master, which follows the other, the master again. */
	public void returnToMaster() {
		AtomicLong asked = new AtomicLong(System.nanoTime() - FAILOVER_TIMEOUT);
		Awaitility.await().until(() -> {
			if (System.nanoTime() - asked.get() >= FAILOVER_TIMEOUT) {
				// On a slow machine the nodes may give up before they agree.
				asked.set(System.nanoTime());
				master().send("CLUSTER FAILOVER");
			}
			return write(master()).startsWith("+OK");
		});
	}

	private RealRedis master() {
		return this.masters.get(0);
	}

	/** Waits until another node has all that one has. */
	private void awaitCopy(RealRedis from) {
		Awaitility.await().until(() -> ":1".equals(RealRedis.send(from.port(), set(), "WAIT 1 1000")));
	}

	private String write(RealRedis node) {
		return node.send(set());
	}

	private String set() {
		return "SET test:{%s} 1".formatted(this.hashTag);
	}

	private void awaitAgreement() {
		String known = "cluster_known_nodes:" + nodes().count();
		Awaitility.await()
			.until(() -> nodes().map((node) -> node.send("CLUSTER INFO"))
				.allMatch((info) -> info.contains("cluster_state:ok") && info.contains(known)));
	}

	private Stream<RealRedis> nodes() {
		return Stream.concat(this.masters.stream(), Stream.of(this.replica));
	}

	@Override
	public void close() {
		nodes().forEach(RealRedis::close);
	}

}
