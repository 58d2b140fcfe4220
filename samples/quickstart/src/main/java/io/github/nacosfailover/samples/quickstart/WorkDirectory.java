package io.github.nacosfailover.samples.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import org.springframework.boot.SpringApplication;

/**
 * A temporary directory, deleted on close and when this JVM exits.
 */
class WorkDirectory implements AutoCloseable {

	private final Path path;

	WorkDirectory() throws IOException {
		this.path = Files.createTempDirectory("nacos-failover-quickstart-").toRealPath();
		// Runs after the consumer has been closed, which watches it.
		SpringApplication.getShutdownHandlers().add(this::close);
	}

	Path path() {
		return this.path;
	}

	@Override
	public void close() {
		try (Stream<Path> found = Files.exists(this.path) ? Files.walk(this.path) : Stream.empty()) {
			List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
			for (Path file : deepestFirst) {
				Files.deleteIfExists(file);
			}
		}
		catch (IOException | UncheckedIOException ex) {
			// A client that is still shutting down writes: the rest goes when the JVM
			// exits.
		}
	}

}
