package io.github.nacosfailover.snapshot;

import java.util.Map;
import java.util.TreeMap;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.testsupport.LogCapture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link KeptBackups}.
 */
class KeptBackupsTests {

	@AutoClose
	private final LogCapture log = new LogCapture(KeptBackups.class);

	@Test
	void serverThatFailsOneRoundAfterTheOtherDoesNotFillTheLog() {
		KeptBackups kept = new KeptBackups("public", (event) -> {
		});
		for (int round = 0; round < 5; round++) {
			Map<ServiceKey, String> reasons = new TreeMap<>();
			for (int i = 0; i < 8; i++) {
				reasons.put(ServiceKey.of("DEFAULT_GROUP", "round-%d-%d".formatted(round, i)), "it is empty");
			}
			kept.update(reasons.keySet(), reasons);
		}
		assertThat(this.log.lines()).hasSize(14)
			.filteredOn((line) -> line.contains(" is kept: it is empty"))
			.hasSize(10);
		assertThat(this.log.lines().get(10)).contains("6 more backups are kept");
		assertThat(kept.reasons()).hasSize(40);
	}

}
