package io.github.nacosfailover.backup;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import com.alibaba.nacos.api.naming.pojo.Instance;
import com.alibaba.nacos.api.naming.pojo.ServiceInfo;
import org.jspecify.annotations.Nullable;

/**
 * The failover data of one service: immutable, shared by all threads, and the only place
 * that answers queries from it. Answers follow the naming client of 3.x: a cluster filter
 * first, then health, enablement and weight. Returned objects belong to the caller.
 */
public final class Backup {

	private static final BackupInstance[] NONE = {};

	private final ServiceKey key;

	private final BackupInstance[] instances;

	private final int healthy;

	private volatile BackupInstance @Nullable [] selectableHealthy;

	private volatile BackupInstance @Nullable [] selectableUnhealthy;

	private volatile @Nullable WeightedChoice choice;

	private Backup(ServiceKey key, BackupInstance[] instances) {
		this.key = key;
		this.instances = instances;
		int healthy = 0;
		for (Instance instance : instances) {
			if (instance.isHealthy()) {
				healthy++;
			}
		}
		this.healthy = healthy;
	}

	/**
	 * Create a backup that owns the given instances and their metadata, which must not be
	 * changed any more.
	 */
	static Backup owning(ServiceKey key, Collection<Instance> instances) {
		BackupInstance[] held = new BackupInstance[instances.size()];
		int count = 0;
		for (Instance instance : instances) {
			held[count++] = BackupInstance.of(instance);
		}
		return new Backup(key, held);
	}

	/**
	 * Create a backup from copies of the given instances.
	 * @param key the service
	 * @param instances its instances
	 * @return the backup
	 */
	public static Backup copyOf(ServiceKey key, Collection<Instance> instances) {
		List<Instance> copies = new ArrayList<>(instances.size());
		for (Instance instance : instances) {
			BackupInstance copy = (instance instanceof BackupInstance held) ? held.copy() : BackupInstance.of(instance);
			copy.getMetadata();
			copies.add(copy);
		}
		return owning(key, copies);
	}

	public ServiceKey key() {
		return this.key;
	}

	/**
	 * Return the number of instances, in any state.
	 * @return the number of instances
	 */
	public int size() {
		return this.instances.length;
	}

	/**
	 * Return the number of healthy instances.
	 * @return the number of healthy instances
	 */
	public int healthy() {
		return this.healthy;
	}

	/**
	 * Answer {@code getAllInstances}.
	 * @param clusters the clusters to choose from, {@code null} or empty for all
	 * @return the instances, or {@code null} if there are none in those clusters, in
	 * which case the client answers
	 */
	public @Nullable List<Instance> all(@Nullable Collection<String> clusters) {
		BackupInstance[] found = inClusters(clusters);
		return (found.length != 0) ? new InstanceList(found) : null;
	}

	/**
	 * Answer {@code selectInstances}.
	 * @param clusters the clusters to choose from, {@code null} or empty for all
	 * @param healthy whether to select the healthy or the unhealthy ones
	 * @return the enabled instances of positive weight in that state, or {@code null} if
	 * the clusters have no instance at all
	 */
	public @Nullable List<Instance> select(@Nullable Collection<String> clusters, boolean healthy) {
		if (clusters == null || clusters.isEmpty()) {
			return (this.instances.length != 0) ? new InstanceList(selectable(healthy)) : null;
		}
		BackupInstance[] found = inClusters(clusters);
		return (found.length != 0) ? new InstanceList(filter(found, isSelectable(healthy))) : null;
	}

	/**
	 * Answer {@code selectOneHealthyInstance}.
	 * @param clusters the clusters to choose from, {@code null} or empty for all
	 * @return a healthy instance chosen by weight, or {@code null} if the clusters have
	 * no instance at all
	 * @throws IllegalStateException as the stock client does, if there are instances but
	 * none that is healthy and weighted
	 */
	public @Nullable Instance selectOne(@Nullable Collection<String> clusters) {
		if (clusters == null || clusters.isEmpty()) {
			return (this.instances.length != 0) ? choice().choose() : null;
		}
		BackupInstance[] found = inClusters(clusters);
		return (found.length != 0) ? new WeightedChoice(found).choose() : null;
	}

	/**
	 * Return this backup with some of its instances marked as unhealthy.
	 * @param addresses the instances, as {@code ip:port}
	 * @return a backup that shares the other instances with this one, which does not
	 * change; this one if it has none of them
	 */
	public Backup withUnhealthy(Set<String> addresses) {
		BackupInstance[] marked = this.instances.clone();
		boolean changed = false;
		for (int i = 0; i < marked.length; i++) {
			if (marked[i].isHealthy() && addresses.contains(marked[i].toInetAddr())) {
				marked[i] = marked[i].copy();
				marked[i].setHealthy(false);
				changed = true;
			}
		}
		return changed ? new Backup(this.key, marked) : this;
	}

	/**
	 * Return the backup as an object of the client.
	 * @return a new object that shares nothing with this backup
	 */
	public ServiceInfo toServiceInfo() {
		ServiceInfo info = new ServiceInfo();
		info.setGroupName(this.key.group());
		info.setName(this.key.service());
		info.setClusters((this.key.clusters() != null) ? this.key.clusters() : "");
		info.setHosts(new InstanceList(this.instances));
		return info;
	}

	/**
	 * The instances in an order that does not depend on their origin. They are not
	 * copies, so they must not be changed or passed on.
	 */
	BackupInstance[] inCanonicalOrder() {
		if (isInCanonicalOrder()) {
			return this.instances;
		}
		BackupInstance[] sorted = this.instances.clone();
		Arrays.sort(sorted, CanonicalOrder.INSTANCE);
		return sorted;
	}

	private boolean isInCanonicalOrder() {
		for (int i = 1; i < this.instances.length; i++) {
			if (CanonicalOrder.INSTANCE.compare(this.instances[i - 1], this.instances[i]) > 0) {
				return false;
			}
		}
		return true;
	}

	private BackupInstance[] inClusters(@Nullable Collection<String> clusters) {
		if (clusters == null || clusters.isEmpty()) {
			return this.instances;
		}
		if (clusters.size() == 1) {
			String only = clusters.iterator().next();
			return filter(this.instances, (instance) -> (only != null) ? only.equals(instance.getClusterName())
					: instance.getClusterName() == null);
		}
		Set<String> names = new HashSet<>(clusters);
		return filter(this.instances, (instance) -> names.contains(instance.getClusterName()));
	}

	private BackupInstance[] selectable(boolean healthy) {
		BackupInstance[] known = (healthy) ? this.selectableHealthy : this.selectableUnhealthy;
		if (known == null) {
			known = filter(this.instances, isSelectable(healthy));
			if (healthy) {
				this.selectableHealthy = known;
			}
			else {
				this.selectableUnhealthy = known;
			}
		}
		return known;
	}

	private static Predicate<Instance> isSelectable(boolean healthy) {
		return (instance) -> instance.isHealthy() == healthy && instance.isEnabled() && !(instance.getWeight() <= 0);
	}

	private WeightedChoice choice() {
		WeightedChoice choice = this.choice;
		if (choice == null) {
			choice = new WeightedChoice(this.instances);
			this.choice = choice;
		}
		return choice;
	}

	private static BackupInstance[] filter(BackupInstance[] instances, Predicate<Instance> predicate) {
		BackupInstance[] found = new BackupInstance[instances.length];
		int count = 0;
		for (BackupInstance instance : instances) {
			if (predicate.test(instance)) {
				found[count++] = instance;
			}
		}
		if (count == instances.length) {
			return instances;
		}
		return (count != 0) ? Arrays.copyOf(found, count) : NONE;
	}

	/**
	 * Return whether another backup has the same instances in the same order.
	 * @param other the backup to compare with
	 * @return {@code true} if no caller could tell them apart
	 */
	public boolean sameAs(@Nullable Backup other) {
		if (other == null || !this.key.equals(other.key) || this.instances.length != other.instances.length) {
			return false;
		}
		for (int i = 0; i < this.instances.length; i++) {
			if (!this.instances[i].sameAs(other.instances[i])) {
				return false;
			}
		}
		return true;
	}

}
