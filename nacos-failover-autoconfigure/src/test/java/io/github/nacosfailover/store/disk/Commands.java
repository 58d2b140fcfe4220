package io.github.nacosfailover.store.disk;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Assumptions;

/**
 * Commands of the platform, and how to undo them at the end of a test. Where they are not
 * allowed the test is skipped.
 */
final class Commands {

	private final Deque<String[]> cleanUp = new ArrayDeque<>();

	void mount(Path directory, String... options) throws Exception {
		String[] command = new String[options.length + 2];
		command[0] = "mount";
		System.arraycopy(options, 0, command, 1, options.length);
		command[options.length + 1] = directory.toString();
		Assumptions.assumeTrue(tryRun(command), "may not mount a file system");
		this.cleanUp.push(new String[] { "umount", "-l", directory.toString() });
	}

	void makeImmutable(Path file) throws Exception {
		Assumptions.assumeTrue(tryRun("chattr", "+i", file.toString()), "may not mark a file as immutable");
		this.cleanUp.push(new String[] { "chattr", "-i", file.toString() });
	}

	void require(String... command) throws Exception {
		Assumptions.assumeTrue(tryRun(command), String.join(" ", command));
	}

	static boolean tryRun(String... command) throws Exception {
		Process process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		return process.waitFor(5, TimeUnit.MINUTES) && process.exitValue() == 0;
	}

	void undo() throws Exception {
		while (!this.cleanUp.isEmpty()) {
			tryRun(this.cleanUp.pop());
		}
	}

}
