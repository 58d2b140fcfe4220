package io.github.nacosfailover.thread;

import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import io.github.nacosfailover.testsupport.LogCapture;
import io.github.nacosfailover.testsupport.UnspeakableException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Faults}.
 */
class FaultsTests {

	@AutoClose
	private final LogCapture log = new LogCapture(FaultsTests.class);

	private final Faults faults = new Faults(LoggerFactory.getLogger(FaultsTests.class), "test");

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
		assertThat(this.log.levels()).containsExactly(Level.WARN, Level.WARN);
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
		assertThat(this.log.levels()).containsExactly(Level.WARN, Level.INFO);
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
		assertThat(this.log.lines()).singleElement().asString().contains(UnspeakableException.class.getName());
	}

}
