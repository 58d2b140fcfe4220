package io.github.nacosfailover.store.disk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.testsupport.FailoverFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * A file that does not answer makes nobody wait but those who need it.
 */
@EnabledOnOs(OS.LINUX)
class SlowFileTests extends DiskStoreTestBase {

	@ParameterizedTest
	@EnumSource
	void switchDoesNotWaitForAFileThatIsSlow(Watching watching) throws Exception {
		files().service("orders", "10.0.0.1:80").service("payments", "10.0.0.7:80");
		DiskStore store = open(watching);
		awaitAllRead(store);
		try (SlowFile slow = replaceBySlowFile(ORDERS, FailoverFiles.json("orders", "10.0.0.2:80"))) {
			slow.awaitOpening();
			store.writeSwitch(new SwitchState(true, null, null, null, null));
			assertThat(isOn(store)).isTrue();
			assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
			assertThat(addresses(store, "payments")).containsExactly("10.0.0.7:80");
			assertThat(slow.isHeld()).isTrue();
		}
		awaitAddresses(store, "orders", "10.0.0.2:80");
	}

	@Test
	void otherFilesAreShownThoughOneIsSlow() throws Exception {
		files().service("orders", "10.0.0.1:80").service("payments", "10.0.0.7:80");
		DiskStore store = open();
		awaitAllRead(store);
		try (SlowFile slow = replaceBySlowFile(ORDERS, FailoverFiles.json("orders", "10.0.0.2:80"))) {
			slow.awaitOpening();
			files().service("payments", "10.0.0.8:80");
			awaitAddresses(store, "payments", "10.0.0.8:80");
			assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
			assertThat(store.writeObstacle()).isNull();
			assertThat(slow.isHeld()).isTrue();
		}
		awaitAddresses(store, "orders", "10.0.0.2:80");
		awaitNoProblems(store);
	}

	@Test
	void switchThatIsWrittenWhileItIsReadIsOneChange() throws Exception {
		files().on().service("orders", "10.0.0.1:80");
		DiskStore store = open();
		List<SwitchState> seen = new CopyOnWriteArrayList<>();
		store.addListener(() -> seen.add(store.state().failoverSwitch()));
		try (SlowFile slow = replaceBySlowFile(FailoverFiles.SWITCH, "0")) {
			slow.awaitOpening();
			slow.write("0");
		}
		Path file = directory().resolve(FailoverFiles.SWITCH);
		Instant written = Files.getLastModifiedTime(file).toInstant();
		await().until(() -> written.equals(store.state().failoverSwitch().at()));
		assertThat(seen).extracting(SwitchState::at).containsOnly(written);
	}

	private SlowFile replaceBySlowFile(String name, String content) throws IOException {
		Path next = directory().resolve("." + name + ".next");
		Files.writeString(next, content);
		return new SlowFile(next, directory().resolve(name));
	}

	/**
	 * A file with a write lease, so that the kernel lets nobody open it until the lease
	 * is given back.
	 */
	private static final class SlowFile implements AutoCloseable {

		private static final String PROGRAM = """
				$| = 1;
				open(my $file, '+<', $ARGV[0]) or die "$!";
				$SIG{IO} = sub { print "opened\\n" };
				fcntl($file, 1024, 1) or die "no lease: $!";
				rename($ARGV[0], $ARGV[1]) or die "$!";
				print "held\\n";
				while (1) {
					my $length = sysread(STDIN, my $text, 100);
					next unless defined $length;
					last if $length == 0;
					sysseek($file, 0, 0);
					truncate($file, 0);
					syswrite($file, $text);
					print "written\n";
				}
				""";

		private final Process process;

		private final BufferedReader output;

		SlowFile(Path file, Path target) throws IOException {
			this.process = new ProcessBuilder("perl", "-e", PROGRAM, file.toString(), target.toString())
				.redirectErrorStream(true)
				.start();
			this.output = this.process.inputReader(StandardCharsets.UTF_8);
			assumeThat(this.output.readLine()).as("leases of files").isEqualTo("held");
		}

		/** Waits until somebody tries to open the file. */
		void awaitOpening() throws IOException {
			assertThat(this.output.readLine()).isEqualTo("opened");
		}

		/** Replaces the content. */
		void write(String content) throws IOException {
			Writer input = this.process.outputWriter();
			input.write(content);
			input.flush();
			assertThat(this.output.readLine()).isEqualTo("written");
		}

		boolean isHeld() {
			return this.process.isAlive();
		}

		@Override
		public void close() throws IOException {
			this.process.outputWriter().close();
			this.process.onExit().join();
		}

	}

}
