package io.github.nacosfailover.thread;

import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.nacosfailover.testsupport.UnspeakableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Faults}.
 */
class FaultsTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(FaultsTests.class);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final Faults faults = new Faults(this.logger, "test");

	@BeforeEach
	void listen() {
		this.log.start();
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void detach() {
		this.logger.detachAppender(this.log);
	}

	@Test
	void aFaultIsLoggedOnceHoweverOftenItIsMetAndEachOtherOneIs() {
		AtomicInteger number = new AtomicInteger();
		for (int i = 0; i < 100; i++) {
			this.faults.run("round", () -> {
				throw new IllegalStateException("attempt " + number.incrementAndGet());
			});
		}
		this.faults.run("round", () -> {
			throw new AssertionError("another");
		});
		assertThat(this.log.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.WARN);
		assertThat(this.faults.current().get("round")).contains("java.lang.AssertionError: another")
			.contains("FaultsTests.java");
	}

	@Test
	void whatFailsEverySecondTimeDoesNotFillTheLog() {
		for (int i = 0; i < 100; i++) {
			boolean fails = i % 2 == 0;
			this.faults.run("round", () -> {
				if (fails) {
					throw new IllegalStateException("on purpose");
				}
			});
		}
		assertThat(this.log.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.INFO);
	}

	@Test
	void isListedUntilItWorksAgain() {
		assertThat(this.faults.ask("question", () -> "answer")).isEqualTo("answer");
		assertThat(this.faults.<String>ask("question", () -> {
			throw new LinkageError("on purpose");
		})).isNull();
		assertThat(this.faults.run("other", () -> {
		})).isTrue();
		assertThat(this.faults.current()).containsOnlyKeys("question");
		this.faults.ask("question", () -> "answer");
		assertThat(this.faults.current()).isEmpty();
	}

	@Test
	void oneThatCanTellNeitherItsMessageNorWhereItIsFromIsListedAndLogged() {
		this.faults.run("question", () -> {
			throw new UnspeakableException();
		});
		assertThat(this.faults.current().get("question")).contains(UnspeakableException.class.getName(),
				"its message cannot be told: java.lang.UnsupportedOperationException");
		assertThat(this.log.list).extracting(ILoggingEvent::getFormattedMessage)
			.singleElement()
			.asString()
			.contains(UnspeakableException.class.getName());
	}

}
