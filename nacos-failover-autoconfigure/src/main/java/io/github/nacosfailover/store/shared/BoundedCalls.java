package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import io.github.nacosfailover.thread.DaemonThreads;
import org.jspecify.annotations.Nullable;

/**
 * Calls an engine in a bounded time, whatever its driver is configured to wait: many
 * drivers wait for a server that is stopped, or for a free connection, for a minute or
 * for ever. Failures become {@link IOException}s without credentials.
 * <p>
 * A call that is given up is interrupted, and its thread ends when the driver lets it. As
 * long as too many such threads hang, further calls wait for one of them and then fail.
 */
public final class BoundedCalls implements AutoCloseable {

	private static final int MAX_CALLS = 16;

	private static final Duration IDLE = Duration.ofSeconds(2);

	/** What drivers may quote from a URL of theirs. */
	private static final Pattern SECRET_PARAMETER = Pattern
		.compile("(?i)((?:password|passwd|pwd|secret|token)\\s*=\\s*)[^&;,)\\s]*");

	private static final Pattern USER_INFO = Pattern.compile("//[^/@\\s]*@");

	private final Semaphore permits = new Semaphore(MAX_CALLS);

	private final Supplier<String> location;

	private final Duration timeout;

	private final ThreadPoolExecutor executor;

	/**
	 * Creates the calls of one object. No thread is started before the first call, and
	 * idle ones end, but for one.
	 * @param threadName name of the threads
	 * @param location the engine, for messages
	 * @param timeout how long a call may take
	 */
	public BoundedCalls(String threadName, Supplier<String> location, Duration timeout) {
		this.location = location;
		this.timeout = timeout;
		// A thread for each poll would cost more than the poll.
		this.executor = new ThreadPoolExecutor(1, Integer.MAX_VALUE, IDLE.toMillis(), TimeUnit.MILLISECONDS,
				new SynchronousQueue<>(), DaemonThreads.numbered(threadName));
	}

	/**
	 * Makes a call.
	 * @param <T> type of the answer
	 * @param call the call; the message of an {@link IOException} of its own stays as it
	 * is
	 * @return its answer
	 * @throws IOException if it fails or takes too long, in which case it may have done
	 * its work or not
	 */
	public <T extends @Nullable Object> T call(Callable<T> call) throws IOException {
		return call(call, Duration.ZERO);
	}

	/**
	 * Makes a call that may take longer than others.
	 * @param <T> type of the answer
	 * @param call the call
	 * @param extra how much longer
	 * @return its answer
	 * @throws IOException if it fails or takes too long, in which case it may have done
	 * its work or not
	 */
	public <T extends @Nullable Object> T call(Callable<T> call, Duration extra) throws IOException {
		FutureTask<T> task = new FutureTask<>(call);
		try {
			if (!this.permits.tryAcquire(this.timeout.toNanos(), TimeUnit.NANOSECONDS)) {
				throw new IOException(
						"%s: %s calls wait for an answer already".formatted(this.location.get(), MAX_CALLS));
			}
			start(task);
			return task.get(this.timeout.plus(extra).toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			task.cancel(true);
			Thread.currentThread().interrupt();
			throw new InterruptedIOException("%s: interrupted".formatted(this.location.get()));
		}
		catch (TimeoutException ex) {
			task.cancel(true);
			throw new IOException("%s: no answer within %s ms; check that it runs and can be reached"
				.formatted(this.location.get(), this.timeout.plus(extra).toMillis()), ex);
		}
		catch (ExecutionException ex) {
			throw failure((ex.getCause() != null) ? ex.getCause() : ex);
		}
	}

	private void start(FutureTask<?> task) throws IOException {
		try {
			this.executor.execute(() -> {
				try {
					task.run();
				}
				finally {
					this.permits.release();
				}
			});
		}
		catch (RejectedExecutionException ex) {
			this.permits.release();
			throw new IOException("%s: closed".formatted(this.location.get()), ex);
		}
	}

	private IOException failure(Throwable cause) {
		if (cause instanceof Error error) {
			throw error;
		}
		if (cause instanceof IOException failure) {
			return failure;
		}
		return new IOException("%s: %s".formatted(this.location.get(), withoutSecrets(reason(cause))), cause);
	}

	private static String reason(Throwable failure) {
		Throwable cause = failure;
		while (cause.getCause() != null && cause.getCause() != cause) {
			cause = cause.getCause();
		}
		String message = cause.getMessage();
		return (message != null && !message.isBlank()) ? message.strip() : cause.getClass().getSimpleName();
	}

	/**
	 * A text of a driver without credentials.
	 * @param text the text
	 * @return the text with passwords and user information of URLs left out
	 */
	public static String withoutSecrets(String text) {
		String masked = SECRET_PARAMETER.matcher(text).replaceAll("$1***");
		return USER_INFO.matcher(masked).replaceAll("//***@");
	}

	/**
	 * Fails calls under way and all that come.
	 */
	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
