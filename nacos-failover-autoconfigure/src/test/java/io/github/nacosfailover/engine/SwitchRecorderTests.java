package io.github.nacosfailover.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.testsupport.InMemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the lines that {@link SwitchRecorder} logs.
 */
class SwitchRecorderTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(SwitchRecorder.class);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final FailoverEngine engine = new FailoverEngine(new InMemoryStore(), Map::of);

	@BeforeEach
	void attach() {
		this.engine.namespace("public", Path.of("unused"), Map.of());
		this.log.start();
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void detach() {
		this.logger.detachAppender(this.log);
		this.engine.close();
	}

	@Test
	void lineHasOnlyWhatWasGiven() {
		this.engine.switchFailover(SwitchRequest.on("ops"));
		this.engine.switchFailover(SwitchRequest.on("ops").because("upgrade").lasting(Duration.ofHours(1)));
		this.engine.switchFailover(SwitchRequest.off("ops").because(""));
		assertThat(this.log.list).extracting(ILoggingEvent::getFormattedMessage)
			.satisfiesExactly(
					(line) -> assertThat(line)
						.isEqualTo("Failover of namespace 'public' is ON: by ops (api), 0 of 0 backups in use"),
					(line) -> assertThat(line).contains("by ops (api), reason upgrade, until 20"),
					(line) -> assertThat(line)
						.isEqualTo("Failover of namespace 'public' is OFF: by ops (api), 0 of 0 backups in use"));
	}

}
