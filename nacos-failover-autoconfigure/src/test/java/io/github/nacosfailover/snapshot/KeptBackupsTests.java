package io.github.nacosfailover.snapshot;

import java.util.Map;
import java.util.TreeMap;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.nacosfailover.backup.ServiceKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link KeptBackups}.
 */
class KeptBackupsTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(KeptBackups.class);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	@BeforeEach
	void attach() {
		this.log.start();
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void detach() {
		this.logger.detachAppender(this.log);
	}

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
		assertThat(this.log.list).extracting(ILoggingEvent::getFormattedMessage)
			.hasSize(14)
			.filteredOn((line) -> line.contains(" is kept: it is empty"))
			.hasSize(10);
		assertThat(this.log.list.get(10).getFormattedMessage()).contains("6 more backups are kept");
		assertThat(kept.reasons()).hasSize(40);
	}

}
