package io.github.nacosfailover.testsupport;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/**
 * Captures the log lines of a class until it is closed.
 */
public final class LogCapture implements AutoCloseable {

	private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

	private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {

		@Override
		protected void append(ILoggingEvent event) {
			LogCapture.this.events.add(event);
		}
	};

	private final Logger logger;

	public LogCapture(Class<?> type) {
		this.logger = (Logger) LoggerFactory.getLogger(type);
		this.appender.start();
		this.logger.addAppender(this.appender);
	}

	/**
	 * The lines so far, without their level.
	 * @return the messages
	 */
	public List<String> lines() {
		return this.events.stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

	/**
	 * The levels of the lines so far.
	 * @return the levels
	 */
	public List<Level> levels() {
		return this.events.stream().map(ILoggingEvent::getLevel).toList();
	}

	@Override
	public void close() {
		this.logger.detachAppender(this.appender);
	}

}
