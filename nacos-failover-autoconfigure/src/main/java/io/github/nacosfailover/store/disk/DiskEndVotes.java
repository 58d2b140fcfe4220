package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import io.github.nacosfailover.store.EndVotes;
import org.jspecify.annotations.Nullable;

/**
 * A small file for each process that shares a failover directory. Only those that have
 * something to say have one.
 */
final class DiskEndVotes implements EndVotes {

	private static final Duration REPEAT = Duration.ofSeconds(20);

	private static final Duration LIFETIME = Duration.ofSeconds(90);

	private final Path directory;

	private final OwnFiles files;

	private final String name = UUID.randomUUID() + ".vote";

	private @Nullable String said;

	private long saidAt;

	DiskEndVotes(Path directory) {
		this.directory = directory;
		this.files = new OwnFiles(directory, "votes");
	}

	@Override
	public void say(@Nullable String text) throws IOException {
		boolean fresh = System.nanoTime() - this.saidAt < REPEAT.toNanos();
		if (Objects.equals(text, this.said) && (text == null || fresh)) {
			return;
		}
		try {
			if (text == null) {
				Files.deleteIfExists(file());
			}
			else if (Files.isDirectory(this.directory)) {
				this.files.write(this.name, text.getBytes(StandardCharsets.UTF_8));
			}
		}
		catch (ReadOnlyFileSystemException ex) {
			throw new IOException("%s is read-only".formatted(this.directory), ex);
		}
		this.said = text;
		this.saidAt = System.nanoTime();
	}

	private Path file() {
		return this.files.directory().resolve(this.name);
	}

	@Override
	public Collection<String> others() throws IOException {
		List<String> texts = new ArrayList<>();
		try (DirectoryStream<Path> found = Files.newDirectoryStream(this.files.directory(), "*.vote")) {
			for (Path file : found) {
				if (!file.equals(file())) {
					read(file, texts);
				}
			}
		}
		catch (NoSuchFileException ex) {
			// Nobody has said anything.
		}
		return texts;
	}

	private static void read(Path file, List<String> texts) throws IOException {
		try {
			Instant limit = Instant.now().minus(LIFETIME);
			if (Files.getLastModifiedTime(file).toInstant().isBefore(limit)) {
				// Of a process that has ended without a word.
				Files.deleteIfExists(file);
			}
			else {
				RegularFile.refuseSpecial(file, FileSignature.of(file));
				texts.add(new String(RegularFile.read(file), StandardCharsets.UTF_8));
			}
		}
		catch (NoSuchFileException ex) {
			// It has just been taken back.
		}
	}

}
