package io.github.nacosfailover.backup;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;

import com.alibaba.nacos.api.naming.pojo.Instance;

/**
 * How two lists of instances of a service differ. An instance is known by its address,
 * that is, host and port.
 *
 * @param added instances whose address is new
 * @param removed instances whose address is gone
 * @param modified instances whose address has stayed, as they are now, if anything else
 * of them has changed
 */
public record InstanceChanges(List<Instance> added, List<Instance> removed, List<Instance> modified) {

	/**
	 * Compares two lists.
	 * @param before the instances there were, by address
	 * @param after the instances there are, by address
	 * @param rest what else of an instance counts, to be equal if nothing has changed
	 * @return the differences, in the order of the arguments
	 */
	public static InstanceChanges between(Map<String, Instance> before, Map<String, Instance> after,
			Function<Instance, ?> rest) {
		List<Instance> added = new ArrayList<>();
		List<Instance> modified = new ArrayList<>();
		after.forEach((address, instance) -> {
			Instance old = before.get(address);
			if (old == null) {
				added.add(instance);
			}
			else if (!Objects.equals(rest.apply(old), rest.apply(instance))) {
				modified.add(instance);
			}
		});
		List<Instance> removed = new ArrayList<>(before.values());
		removed.removeIf((instance) -> after.containsKey(instance.toInetAddr()));
		return new InstanceChanges(added, removed, modified);
	}

	/**
	 * Compares the addresses alone.
	 * @param before the instances there were
	 * @param after the instances there are
	 * @return the differences, nothing of which is modified
	 */
	public static InstanceChanges ofAddresses(Collection<Instance> before, Collection<Instance> after) {
		return between(byAddress(before), byAddress(after), Instance::toInetAddr);
	}

	/**
	 * Arranges instances by address, in their order.
	 * @param instances the instances
	 * @return the last instance of each address
	 */
	public static Map<String, Instance> byAddress(Collection<Instance> instances) {
		Map<String, Instance> byAddress = new LinkedHashMap<>();
		instances.forEach((instance) -> byAddress.put(instance.toInetAddr(), instance));
		return byAddress;
	}

	/**
	 * Arranges instances by address, for people.
	 * @param instances the instances
	 * @return the last instance of each address, in the order of the addresses
	 */
	public static Map<String, Instance> sortedByAddress(Collection<Instance> instances) {
		return new TreeMap<>(byAddress(instances));
	}

	public boolean isEmpty() {
		return this.added.isEmpty() && this.removed.isEmpty() && this.modified.isEmpty();
	}

}
