package io.github.nacosfailover.bridge;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.testsupport.FailoverFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The disk cache of a client, which some versions write on another thread, and in place.
 */
class ClientDiskCacheTests {

	private static final ServiceKey ORDERS = ServiceKey.of("DEFAULT_GROUP", "orders");

	@TempDir
	Path directory;

	private Path file() {
		return this.directory.resolve("DEFAULT_GROUP%40%40orders");
	}

	@Test
	void completeFileIsWhatTheServerHasPushed() throws Exception {
		Files.writeString(file(), FailoverFiles.json("orders", "10.0.0.1:80", "10.0.0.2:80"));
		assertThat(ClientDiskCache.read(this.directory, ORDERS)).hasSize(2);
		assertThat(ClientDiskCache.readSince(Instant.EPOCH, this.directory, ORDERS)).hasSize(2);
	}

	@Test
	void fileThatIsBeingWrittenIsNotKnown() throws Exception {
		byte[] complete = FailoverFiles.json("orders", "10.0.0.1:80", "10.0.0.2:80")
			.strip()
			.getBytes(StandardCharsets.UTF_8);
		for (int length = 0; length < complete.length; length++) {
			Files.write(file(), Arrays.copyOf(complete, length));
			assertThat(ClientDiskCache.read(this.directory, ORDERS)).as("%d bytes", length).isNull();
		}
	}

	@Test
	void fileThatIsNotWrittenYetIsNotKnown() throws Exception {
		assertThat(ClientDiskCache.read(this.directory, ORDERS)).isNull();
		Files.writeString(file(), FailoverFiles.json("orders", "10.0.0.1:80"));
		Instant later = Files.getLastModifiedTime(file()).toInstant().plusSeconds(1);
		assertThat(ClientDiskCache.readSince(later, this.directory, ORDERS)).isNull();
	}

}
