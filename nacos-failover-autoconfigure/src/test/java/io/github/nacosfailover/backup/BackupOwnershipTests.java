package io.github.nacosfailover.backup;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.alibaba.nacos.api.naming.pojo.Instance;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever a backup hands out, or was made from, is the caller's own.
 */
class BackupOwnershipTests {

	private static final ServiceKey KEY = ServiceKey.of("DEFAULT_GROUP", "orders");

	private final Backup backup = Backup.copyOf(KEY, List.of(instance("10.0.0.1", "blue")));

	@Test
	void metadataThatACallerHasLookedAtAreNotSharedWithABackupMadeFromThem() {
		Instance mine = this.backup.all(null).get(0);
		assertThat(mine.getMetadata()).containsEntry("color", "blue");
		Backup copy = Backup.copyOf(KEY, List.of(mine));
		mine.getMetadata().put("color", "changed");
		assertThat(metadata(copy)).containsEntry("color", "blue");
		assertThat(metadata(this.backup)).containsEntry("color", "blue");
	}

	@Test
	void metadataThatACallerHasSetAreNotShared() {
		Instance mine = this.backup.all(null).get(0);
		Map<String, String> own = new HashMap<>(Map.of("color", "green"));
		mine.setMetadata(own);
		Backup copy = Backup.copyOf(KEY, List.of(mine));
		own.put("color", "changed");
		assertThat(metadata(copy)).containsEntry("color", "green");
	}

	@Test
	void metadataOfAnInstanceOfTheClientAreNotShared() {
		Instance theirs = instance("10.0.0.1", "blue");
		Backup copy = Backup.copyOf(KEY, List.of(theirs));
		theirs.getMetadata().put("color", "changed");
		assertThat(metadata(copy)).containsEntry("color", "blue");
	}

	@Test
	void callersDoNotShareMetadataAfterTheBackupWasWritten() {
		// Two of the same address are told apart by their metadata.
		Backup backup = Backup.copyOf(KEY, List.of(instance("10.0.0.1", "red"), instance("10.0.0.1", "blue")));
		BackupFormat.write(backup);
		Instance mine = backup.all(null).get(0);
		Instance others = backup.all(null).get(0);
		mine.getMetadata().put("color", "changed");
		assertThat(others.getMetadata()).containsEntry("color", "red");
		assertThat(metadata(backup)).containsEntry("color", "red");
		mine.addMetadata("more", "changed");
		assertThat(metadata(backup)).hasSize(1);
	}

	@Test
	void aCopyOfACopyIsItsOwn() {
		Instance chosen = this.backup.selectOne(null);
		chosen.getMetadata().put("color", "changed");
		assertThat(this.backup.toServiceInfo().getHosts().get(0).getMetadata()).containsEntry("color", "blue");
	}

	private static Map<String, String> metadata(Backup backup) {
		return backup.all(null).get(0).getMetadata();
	}

	private static Instance instance(String ip, String color) {
		Instance instance = new Instance();
		instance.setIp(ip);
		instance.setPort(80);
		instance.setMetadata(new HashMap<>(Map.of("color", color)));
		return instance;
	}

}
