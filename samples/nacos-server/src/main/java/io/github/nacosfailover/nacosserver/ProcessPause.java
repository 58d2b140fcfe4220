package io.github.nacosfailover.nacosserver;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A pause of a process (SIGSTOP), until it is continued (SIGCONT). A stopped process
 * cannot notice that its launcher is gone, so that a shell guards it: it kills the
 * process when this JVM exits in the meantime.
 */
final class ProcessPause {

	private static final String SCRIPT = "trap '' INT; kill -STOP $0; echo stopped; if read -r go; then kill -CONT $0; "
			+ "else kill -KILL $0; fi";

	private final Process guard;

	private ProcessPause(Process guard) {
		this.guard = guard;
	}

	static ProcessPause begin(long pid) {
		try {
			Process guard = new ProcessBuilder("sh", "-c", SCRIPT, Long.toString(pid))
				.redirectError(ProcessBuilder.Redirect.DISCARD)
				.start();
			if (guard.getInputStream().read() == -1) {
				throw new IOException("Could not stop process " + pid);
			}
			return new ProcessPause(guard);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Let the process go on. */
	void end() {
		try {
			this.guard.getOutputStream().write('\n');
			this.guard.getOutputStream().close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.guard.onExit().join();
	}

	/** Forget the process, which is gone. */
	void abandon() {
		this.guard.destroyForcibly().onExit().join();
	}

}
