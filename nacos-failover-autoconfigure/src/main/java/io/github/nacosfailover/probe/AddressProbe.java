package io.github.nacosfailover.probe;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.thread.DaemonThreads;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which instances accept a TCP connection. There is one {@link ProbeRound} at a
 * time, shared by all concurrent callers: their number does not affect the load, and none
 * waits for longer than a round may take.
 */
public final class AddressProbe {

	private final Duration timeout;

	private @Nullable ProbeRound current;

	/**
	 * Creates the probe of an engine.
	 * @param timeout how long a round may take
	 */
	public AddressProbe(Duration timeout) {
		this.timeout = timeout;
	}

	/**
	 * Probes instances.
	 * @param instances the instances
	 * @return the results by address; those that were not probed are missing
	 */
	public Map<String, ProbeResult> probe(Collection<Instance> instances) {
		Map<String, InetSocketAddress> addresses = new HashMap<>();
		for (Instance instance : instances) {
			InetSocketAddress address = ProbedAddress.of(instance);
			if (address != null) {
				addresses.put(instance.toInetAddr(), address);
			}
		}
		if (addresses.isEmpty()) {
			return Map.of();
		}
		Map<InetSocketAddress, ProbeResult> found = join(addresses.values()).await();
		Map<String, ProbeResult> answers = new HashMap<>();
		addresses.forEach((name, address) -> {
			ProbeResult result = found.get(address);
			if (result != null) {
				answers.put(name, result);
			}
		});
		return answers;
	}

	/**
	 * Selects the results of some instances.
	 * @param results results of more than those, by address
	 * @param instances the instances
	 * @return their results; those that were not probed are missing
	 */
	public static Map<String, ProbeResult> select(Map<String, ProbeResult> results, Collection<Instance> instances) {
		Map<String, ProbeResult> selected = new HashMap<>();
		for (Instance instance : instances) {
			ProbeResult result = results.get(instance.toInetAddr());
			if (result != null) {
				selected.put(instance.toInetAddr(), result);
			}
		}
		return selected;
	}

	private synchronized ProbeRound join(Collection<InetSocketAddress> addresses) {
		ProbeRound round = this.current;
		if (round == null || !round.add(addresses)) {
			round = new ProbeRound(this.timeout);
			round.add(addresses);
			DaemonThreads.create("nacos-failover-probe", round).start();
			this.current = round;
		}
		return round;
	}

}
