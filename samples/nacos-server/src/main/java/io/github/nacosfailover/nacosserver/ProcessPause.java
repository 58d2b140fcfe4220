package io.github.nacosfailover.nacosserver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A pause of processes (SIGSTOP), until they are continued (SIGCONT). A stopped process
 * cannot notice that its launcher is gone, so that a shell guards it: it kills the
 * process when this JVM exits in the meantime.
 */
public final class ProcessPause {

	private static final String SCRIPT = "trap '' INT; kill -STOP $*; echo stopped; if read -r go; then kill -CONT $*; "
			+ "else kill -KILL $*; fi";

	private final Process guard;

	private ProcessPause(Process guard) {
		this.guard = guard;
	}

	/**
	 * Stops processes.
	 * @param pids their ids
	 * @return the pause, to be ended
	 */
	public static ProcessPause begin(long... pids) {
		List<String> command = new ArrayList<>(List.of("sh", "-c", SCRIPT, "pause"));
		LongStream.of(pids).mapToObj(Long::toString).forEach(command::add);
		try {
			Process guard = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
			if (guard.getInputStream().read() == -1) {
				throw new IOException("Could not stop processes " + LongStream.of(pids).boxed().toList());
			}
			return new ProcessPause(guard);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Lets the processes go on. */
	public void end() {
		try {
			this.guard.getOutputStream().write('\n');
			this.guard.getOutputStream().close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.guard.onExit().join();
	}

	/** Forgets the processes, which are gone. */
	void abandon() {
		this.guard.destroyForcibly().onExit().join();
	}

}
