package io.github.nacosfailover.benchmarks.outages;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.benchmarks.outages.Trace.Event;
import io.github.nacosfailover.probe.ProbeResult;
import org.jspecify.annotations.Nullable;

/**
 * A service, its registry and one consumer, as they are at one second.
 */
final class World {

	/** How much more than the demand all instances of the beginning can bear. */
	private static final double HEADROOM = 1.6;

	private static final Map<Integer, String> ADDRESSES = new HashMap<>();

	private static final Map<String, Integer> IDS = new HashMap<>();

	private final Trace trace;

	private final int initial;

	private final boolean[] alive;

	private final boolean[] hostGone;

	private final boolean[] reused;

	private final boolean[] unreachable;

	private final boolean[] registered;

	private boolean serverUp = true;

	private boolean networkUp = true;

	private int restarts;

	private @Nullable Set<String> clientList;

	/** Addresses that were deregistered on purpose, for policies that are told so. */
	private final Set<String> deregistered = new HashSet<>();

	/** Everything that the server has listed while it could be reached from here. */
	private final Set<String> listed = new LinkedHashSet<>();

	private @Nullable Set<String> usable;

	private int next;

	World(Trace trace) {
		this.trace = trace;
		this.alive = new boolean[trace.instances()];
		this.hostGone = new boolean[trace.instances()];
		this.reused = new boolean[trace.instances()];
		this.unreachable = new boolean[trace.instances()];
		this.registered = new boolean[trace.instances()];
		Set<Integer> later = new HashSet<>();
		trace.events()
			.stream()
			.filter((event) -> event.command().equals("start"))
			.forEach((event) -> event.instances()
				.stream()
				.filter((id) -> !isTouchedBefore(id, event))
				.forEach(later::add));
		int begun = 0;
		for (int id = 0; id < trace.instances(); id++) {
			this.alive[id] = !later.contains(id);
			this.registered[id] = this.alive[id];
			begun += this.alive[id] ? 1 : 0;
		}
		this.initial = begun;
		refreshClient();
	}

	private boolean isTouchedBefore(int id, Event start) {
		return this.trace.events()
			.stream()
			.anyMatch((event) -> event.second() < start.second() && event.instances().contains(id));
	}

	/** Let everything of a second happen. */
	void advanceTo(int second) {
		boolean changed = false;
		while (this.next < this.trace.events().size() && this.trace.events().get(this.next).second() <= second) {
			apply(this.trace.events().get(this.next++));
			changed = true;
		}
		if (changed) {
			refreshClient();
			this.usable = null;
		}
	}

	private void apply(Event event) {
		switch (event.command()) {
			case "server-down" -> this.serverUp = false;
			case "server-up" -> this.serverUp = true;
			case "network-down" -> this.networkUp = false;
			case "network-up" -> this.networkUp = true;
			case "restart" -> {
				this.restarts++;
				this.clientList = null;
			}
			default -> event.instances().forEach((id) -> apply(event.command(), id));
		}
	}

	private void apply(String command, int id) {
		switch (command) {
			case "register" -> {
				this.registered[id] = true;
				this.deregistered.remove(address(id));
			}
			case "lose" -> this.registered[id] = false;
			case "deregister" -> {
				this.registered[id] = false;
				this.deregistered.add(address(id));
			}
			case "start" -> {
				this.alive[id] = true;
				this.hostGone[id] = false;
				this.reused[id] = false;
			}
			case "stop" -> this.alive[id] = false;
			case "vanish" -> {
				this.alive[id] = false;
				this.hostGone[id] = true;
			}
			case "reuse" -> {
				this.alive[id] = false;
				this.hostGone[id] = false;
				this.reused[id] = true;
			}
			case "unreachable" -> this.unreachable[id] = true;
			case "reachable" -> this.unreachable[id] = false;
			default -> throw new IllegalArgumentException("unknown command " + command);
		}
	}

	/** A client that is connected gets what the server lists, another remembers. */
	private void refreshClient() {
		if (isServerReachable()) {
			Set<String> list = new LinkedHashSet<>();
			for (int id = 0; id < this.registered.length; id++) {
				if (this.registered[id]) {
					list.add(address(id));
				}
			}
			this.clientList = list;
			this.listed.addAll(list);
		}
	}

	boolean isServerReachable() {
		return this.serverUp && this.networkUp;
	}

	@Nullable Set<String> clientList() {
		return this.clientList;
	}

	boolean wasDeregistered(String address) {
		return this.deregistered.contains(address);
	}

	int restarts() {
		return this.restarts;
	}

	ProbeResult probe(String address) {
		int id = id(address);
		if (!this.networkUp || this.unreachable[id] || this.hostGone[id]) {
			return ProbeResult.SILENT;
		}
		return (this.alive[id] || this.reused[id]) ? ProbeResult.ANSWERS : ProbeResult.REFUSED;
	}

	/** The instances that would serve a call, of all that the server has ever listed. */
	Set<String> usable() {
		Set<String> known = this.usable;
		if (known == null) {
			known = new LinkedHashSet<>(this.listed);
			known.removeIf((address) -> !isUsable(id(address)));
			this.usable = known;
		}
		return known;
	}

	private boolean isUsable(int id) {
		return this.networkUp && this.alive[id] && !this.unreachable[id];
	}

	/**
	 * The share of the demand that is served if calls go to these addresses evenly: none
	 * is tried again, and an instance bears what it can.
	 */
	double served(Set<String> addresses) {
		if (addresses.isEmpty()) {
			return 0;
		}
		double each = 1.0 / addresses.size();
		double capacity = HEADROOM / this.initial;
		return addresses.stream()
			.filter((address) -> isUsable(id(address)))
			.mapToDouble((address) -> Math.min(each, capacity))
			.sum();
	}

	static String address(int id) {
		return ADDRESSES.computeIfAbsent(id, World::format);
	}

	private static String format(int id) {
		return "10.0.%d.%d:8080".formatted(id / 250, id % 250 + 1);
	}

	static int id(String address) {
		return IDS.computeIfAbsent(address, World::parse);
	}

	private static int parse(String address) {
		String[] parts = address.substring(0, address.indexOf(':')).split("\\.");
		return Integer.parseInt(parts[2]) * 250 + Integer.parseInt(parts[3]) - 1;
	}

}
