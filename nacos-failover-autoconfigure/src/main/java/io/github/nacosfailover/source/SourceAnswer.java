package io.github.nacosfailover.source;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.alibaba.nacos.api.naming.pojo.Instance;
import com.alibaba.nacos.api.naming.pojo.ServiceInfo;
import com.alibaba.nacos.client.naming.backups.FailoverData;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.InvalidBackupException;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.thread.Faults;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code FailoverDataSource} answered, turned into backups entry by entry: one
 * that cannot be used keeps its last good version and is reported.
 *
 * @param backups the backups, the known table if nothing has changed
 * @param rejected what is wrong with which entry, sorted
 */
record SourceAnswer(BackupTable backups, Map<String, String> rejected) {

	static SourceAnswer of(Map<String, FailoverData> answer, BackupTable known) {
		Map<ServiceKey, BackupRef> backups = new LinkedHashMap<>();
		Map<String, String> rejected = new TreeMap<>();
		boolean changed = false;
		for (Map.Entry<String, FailoverData> entry : answer.entrySet()) {
			String name = String.valueOf(entry.getKey());
			ServiceKey key = null;
			try {
				key = ServiceKey.parse(name);
				Backup backup = Backup.copyOf(key, hosts(entry.getValue()));
				BackupRef before = known.find(key);
				boolean same = before != null && backup.sameAs(before.get());
				backups.put(key, (before != null && same) ? before : new LoadedBackup(backup, Instant.now()));
				changed |= !same;
			}
			catch (Throwable ex) {
				BackupRef lastGood = (key != null) ? known.find(key) : null;
				if (key != null && lastGood != null) {
					backups.put(key, lastGood);
				}
				rejected.put(name, describe(ex));
			}
		}
		changed |= backups.size() != known.size();
		return new SourceAnswer(changed ? BackupTable.of(backups) : known, rejected);
	}

	private static List<Instance> hosts(@Nullable FailoverData data) throws InvalidBackupException {
		if (data == null) {
			throw new InvalidBackupException("no data");
		}
		if (data.getDataType() != FailoverData.DataType.naming) {
			throw new InvalidBackupException("DataType." + data.getDataType() + ", only 'naming' is failover data");
		}
		if (!(data.getData() instanceof ServiceInfo service)) {
			throw new InvalidBackupException(
					"not a ServiceInfo: " + ((data.getData() != null) ? data.getData().getClass().getName() : "null"));
		}
		List<Instance> hosts = copyOfHosts(service);
		BackupFormat.check(hosts);
		return hosts;
	}

	private static List<Instance> copyOfHosts(ServiceInfo service) throws InvalidBackupException {
		try {
			return service.getHosts();
		}
		catch (NullPointerException ex) {
			// The getter copies, and it checks nothing.
			throw new InvalidBackupException("'hosts' is null; give an empty list when there are none", ex);
		}
	}

	static String describe(Throwable ex) {
		if (ex instanceof InvalidBackupException || ex.getClass() == IllegalArgumentException.class) {
			String message = ex.getMessage();
			return (message != null) ? message : Faults.describe(ex);
		}
		return Faults.describe(ex);
	}

	@Nullable String problem() {
		if (this.rejected.isEmpty()) {
			return null;
		}
		List<String> some = this.rejected.entrySet()
			.stream()
			.limit(5)
			.map((entry) -> "'%s' (%s)".formatted(entry.getKey(), entry.getValue()))
			.toList();
		int more = this.rejected.size() - some.size();
		return "getFailoverData() has unusable entries: " + String.join(", ", some)
				+ ((more > 0) ? " and %d more".formatted(more) : "");
	}

}
