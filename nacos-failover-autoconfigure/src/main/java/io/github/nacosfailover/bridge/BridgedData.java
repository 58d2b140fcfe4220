package io.github.nacosfailover.bridge;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.alibaba.nacos.api.naming.pojo.Instance;
import com.alibaba.nacos.client.naming.backups.FailoverData;
import com.alibaba.nacos.client.naming.backups.NamingFailoverData;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.source.BackupRef;
import org.jspecify.annotations.Nullable;

/**
 * The data of one poll of the reactor: an object for every service that has, or has had,
 * a backup. It detects when the reactor has processed it.
 */
final class BridgedData extends AbstractMap<String, FailoverData> {

	private final @Nullable View view;

	private final Map<String, FailoverData> services = new LinkedHashMap<>();

	private volatile boolean iterated;

	private volatile boolean taken;

	BridgedData(ClientBridge bridge, @Nullable View view, @Nullable BridgedData before, ClientDirectory directory) {
		this.view = view;
		if (view != null) {
			for (BackupRef ref : view.backups().all()) {
				BackupRef answer = view.answers().find(ref.key());
				add(bridge, ref.key(), (answer != null) ? hosts(answer.get()) : live(directory, ref.key()));
			}
		}
		if (before != null) {
			before.services.values().forEach((data) -> {
				ServiceKey key = ((BridgedService) data.getData()).key();
				if (!this.services.containsKey(key.toString())) {
					add(bridge, key, live(directory, key));
				}
			});
		}
	}

	private static List<Instance> hosts(@Nullable Backup backup) {
		return (backup != null) ? backup.toServiceInfo().getHosts() : List.of();
	}

	private static List<Instance> live(ClientDirectory directory, ServiceKey key) {
		List<Instance> live = ClientDiskCache.read(directory.cacheDirectory(), key);
		return (live != null) ? live : List.of();
	}

	private void add(ClientBridge bridge, ServiceKey key, List<Instance> hosts) {
		this.services.put(key.toString(),
				NamingFailoverData.newNamingFailoverData(new BridgedService(bridge, key, hosts)));
	}

	/**
	 * Whether subscribers have to be notified, or a service is missing.
	 * @param now the current view, {@code null} if the client is decorated
	 */
	boolean isOutdated(@Nullable View now) {
		if (now == this.view || now == null || this.view == null) {
			return now != this.view;
		}
		return now.isServing() != this.view.isServing() || now.answers() != this.view.answers()
				|| now.backups() != this.view.backups();
	}

	boolean covers(View now) {
		return now.backups().all().stream().allMatch((backup) -> this.services.containsKey(backup.key().toString()));
	}

	/**
	 * Whether the reactor has swapped its maps. It does so right after it has read the
	 * last entry, and then waits.
	 */
	boolean isTaken(Thread reactor) {
		if (!this.taken && this.iterated) {
			Thread.State state = reactor.getState();
			this.taken = state == Thread.State.TIMED_WAITING || state == Thread.State.WAITING
					|| state == Thread.State.TERMINATED;
		}
		return this.taken;
	}

	@Override
	public Set<Entry<String, FailoverData>> entrySet() {
		Set<Entry<String, FailoverData>> entries = this.services.entrySet();
		return new AbstractSet<>() {

			@Override
			public Iterator<Entry<String, FailoverData>> iterator() {
				Iterator<Entry<String, FailoverData>> iterator = entries.iterator();
				return new Iterator<>() {

					@Override
					public boolean hasNext() {
						boolean more = iterator.hasNext();
						if (!more) {
							BridgedData.this.iterated = true;
						}
						return more;
					}

					@Override
					public Entry<String, FailoverData> next() {
						return iterator.next();
					}
				};
			}

			@Override
			public int size() {
				return entries.size();
			}
		};
	}

}
