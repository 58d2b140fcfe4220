package io.github.nacosfailover.samples.quickstart;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

import io.github.nacosfailover.nacosserver.NacosServer;

/**
 * Shows what to try, and kills the Nacos server on command.
 */
class Prompt {

	private final ConsumerClient consumer;

	private final NacosServer nacos;

	private final Path failoverDirectory;

	Prompt(ConsumerClient consumer, NacosServer nacos, Path failoverDirectory) {
		this.consumer = consumer;
		this.nacos = nacos;
		this.failoverDirectory = failoverDirectory;
	}

	/**
	 * Returns when the user quits. If there is nobody to type, waits until the process is
	 * ended.
	 * @throws IOException if the input cannot be read
	 * @throws InterruptedException if the wait is interrupted
	 */
	void run() throws IOException, InterruptedException {
		showSteps();
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
		for (String line = read(input); line != null; line = read(input)) {
			if (line.equals("quit")) {
				return;
			}
			obey(line);
		}
		System.out.println("\nNo input: running until the process is ended.");
		new CountDownLatch(1).await();
	}

	private static String read(BufferedReader input) throws IOException {
		System.out.print("kill | restart | help | quit > ");
		System.out.flush();
		String line = input.readLine();
		return (line != null) ? line.strip() : null;
	}

	private void obey(String line) {
		try {
			switch (line) {
				case "kill" -> this.nacos.kill();
				case "restart" -> this.nacos.restart();
				case "help" -> showSteps();
				case "" -> {
					return;
				}
				default -> System.out.println("Not a command: " + line);
			}
			System.out.printf("Nacos on %s is %s%n", this.nacos.serverAddr(),
					this.nacos.isRunning() ? "running (process %d)".formatted(this.nacos.pid()) : "dead");
		}
		catch (IllegalStateException ex) {
			System.out.println("That did not work: " + ex.getMessage());
		}
	}

	private void showSteps() {
		System.out.println("\nTry these in another terminal, one after the other:\n");
		for (Step step : Step.values()) {
			System.out.printf("  # %d. %s%n  %s%n", step.ordinal() + 1, step.title(), this.consumer.curl(step));
		}
		System.out.printf("%nOr open the console in a browser: %s%n", this.consumer.console());
		System.out.printf("""

				Nacos listens on %s. The backups are in
				%s
				""", this.nacos.serverAddr(), this.failoverDirectory);
	}

}
