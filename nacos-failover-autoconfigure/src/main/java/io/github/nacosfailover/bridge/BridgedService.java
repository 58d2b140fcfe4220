package io.github.nacosfailover.bridge;

import java.util.ArrayList;
import java.util.List;

import com.alibaba.nacos.api.naming.pojo.Instance;
import com.alibaba.nacos.api.naming.pojo.ServiceInfo;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.source.BackupRef;
import org.jspecify.annotations.Nullable;

/**
 * A service as the reactor of an undecorated client holds it. The reactor, which compares
 * it with its successor to notify subscribers, sees the hosts that it was created with.
 * Queries see the backup while failover is on, and no hosts while it is off, in which
 * case the client answers from live data.
 * <p>
 * The client filters by cluster with {@code setHosts} on this shared object, then reads
 * {@code getHosts} three times (to see whether it is empty, for a log line, for the
 * answer), in all versions from 2.4 to 3.2. Here only that thread sees the filtered
 * hosts, and only that often: answers to other threads do not change.
 */
final class BridgedService extends ServiceInfo {

	private static final int READS_OF_ONE_QUERY = 3;

	private static final ThreadLocal<Selection> selection = new ThreadLocal<>();

	private final transient ClientBridge bridge;

	private final ServiceKey key;

	private final transient List<Instance> initialHosts;

	BridgedService(ClientBridge bridge, ServiceKey key, List<Instance> hosts) {
		this.bridge = bridge;
		this.key = key;
		this.initialHosts = hosts;
		setGroupName(key.group());
		setName(key.service());
		setClusters((key.clusters() != null) ? key.clusters() : "");
	}

	ServiceKey key() {
		return this.key;
	}

	@Override
	public List<Instance> getHosts() {
		if (this.bridge == null) {
			// Called by the constructor of the superclass.
			return new ArrayList<>();
		}
		if (Thread.currentThread() == this.bridge.reactor()) {
			return new ArrayList<>(this.initialHosts);
		}
		Selection selected = selection.get();
		if (selected != null && selected.owner == this) {
			if (--selected.reads == 0) {
				selection.remove();
			}
			return new ArrayList<>(selected.hosts);
		}
		List<Instance> all = current();
		return (all != null) ? all : new ArrayList<>();
	}

	private @Nullable List<Instance> current() {
		FailoverNamespace namespace = this.bridge.active();
		if (namespace == null) {
			return null;
		}
		try {
			BackupRef found = namespace.view().answers().find(this.key);
			Backup backup = (found != null) ? found.get() : null;
			return (backup != null) ? backup.all(null) : null;
		}
		catch (Throwable ex) {
			// The client answers from live data.
			namespace.faults().failed("answers of undecorated clients from the backups", ex);
			return null;
		}
	}

	@Override
	public void setHosts(@Nullable List<Instance> hosts) {
		if (this.bridge == null || hosts == null || hosts.isEmpty()) {
			Selection.forget();
			if (this.bridge != null && hosts != null && current() != null) {
				selection.set(new Selection(this, hosts, 1));
			}
			return;
		}
		selection.set(new Selection(this, hosts, READS_OF_ONE_QUERY));
	}

	@Override
	public int ipCount() {
		List<Instance> current = current();
		return (current != null) ? current.size() : 0;
	}

	/** The hosts that one query has filtered. */
	private static final class Selection {

		private final BridgedService owner;

		private final List<Instance> hosts;

		private int reads;

		Selection(BridgedService owner, List<Instance> hosts, int reads) {
			this.owner = owner;
			this.hosts = hosts;
			this.reads = reads;
		}

		static void forget() {
			selection.remove();
		}

	}

}
