package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.store.LoggedChange;
import io.github.nacosfailover.store.LoggedChanges;
import io.github.nacosfailover.store.SwitchLog;

/**
 * The changes of the switch in our own sub-directory, a line of JSON each, the newest
 * last. Lines are added under a lock of the file system, which ends with the process that
 * holds it; a line that a crash has torn is passed over.
 */
final class DiskSwitchLog implements SwitchLog {

	private static final int MAX_LINES = 2 * SIZE;

	private static final String LOCK = "history.lock";

	private static final Duration PATIENCE = Duration.ofSeconds(2);

	private final Path directory;

	private final Path ownDirectory;

	private final Path file;

	/** The last known lines, which survive a loss of the directory. */
	private volatile List<String> known = List.of();

	DiskSwitchLog(Path directory) {
		this.directory = directory;
		this.ownDirectory = directory.resolve(FailoverFileNames.OWN_DIRECTORY);
		this.file = this.ownDirectory.resolve("history.json");
	}

	@Override
	public void add(LoggedChange change) throws IOException {
		// An empty directory would be taken for a deletion of its files.
		OwnDirectory.createWithin(this.directory, this.ownDirectory);
		boolean lost = isLost();
		DirectoryLock turn = DirectoryLock.acquire(this.ownDirectory, LOCK, PATIENCE);
		try {
			byte[] content = content();
			List<String> lines = (lost && content.length == 0) ? this.known : lines(content);
			if (lines == this.known || lines.size() >= MAX_LINES) {
				content = compact(lines);
			}
			append(SwitchLogLine.format(change), isTorn(content));
			this.known = lines(content());
		}
		catch (IOException ex) {
			throw new IOException(
					WriteFailure.explain("The history", this.directory, WriteFailure.locate(this.file, ex)), ex);
		}
		finally {
			turn.release();
		}
	}

	/**
	 * Whether the directory is another one than before. Its history was not deleted, or
	 * the lock would still be there.
	 */
	private boolean isLost() {
		return !this.known.isEmpty() && Files.notExists(this.ownDirectory.resolve(LOCK));
	}

	private void append(String line, boolean torn) throws IOException {
		byte[] bytes = ((torn ? "\n" : "") + line + "\n").getBytes(StandardCharsets.UTF_8);
		try (FileChannel channel = FileChannel.open(this.file, StandardOpenOption.CREATE, StandardOpenOption.APPEND,
				LinkOption.NOFOLLOW_LINKS)) {
			ByteBuffer buffer = ByteBuffer.wrap(bytes);
			while (buffer.hasRemaining()) {
				channel.write(buffer);
			}
			channel.force(true);
		}
	}

	/** Whether a crash has left the last line without its end. */
	private static boolean isTorn(byte[] content) {
		return content.length > 0 && content[content.length - 1] != '\n';
	}

	private byte[] compact(List<String> lines) throws IOException {
		StringBuilder text = new StringBuilder();
		for (LoggedChange change : LoggedChanges.fold(parse(lines))) {
			text.append(SwitchLogLine.format(change)).append('\n');
		}
		byte[] content = text.toString().getBytes(StandardCharsets.UTF_8);
		AtomicFile.write(this.file, content, this.ownDirectory, null);
		return content;
	}

	private static List<LoggedChange> parse(List<String> lines) {
		return lines.stream().map(SwitchLogLine::parse).filter(Objects::nonNull).toList();
	}

	private static List<String> lines(byte[] content) {
		return new String(content, StandardCharsets.UTF_8).lines().toList();
	}

	private byte[] content() throws IOException {
		RegularFile.refuseSpecial(this.file, FileSignature.of(this.file));
		try {
			return RegularFile.read(this.file);
		}
		catch (NoSuchFileException ex) {
			return new byte[0];
		}
	}

	@Override
	public List<SwitchChangedEvent> read() throws IOException {
		List<String> lines = isLost() ? this.known : lines(content());
		this.known = lines;
		List<SwitchChangedEvent> changes = new ArrayList<>();
		LoggedChanges.fold(parse(lines)).forEach((change) -> changes.add(change.change()));
		Collections.reverse(changes);
		return Collections.unmodifiableList(changes);
	}

}
