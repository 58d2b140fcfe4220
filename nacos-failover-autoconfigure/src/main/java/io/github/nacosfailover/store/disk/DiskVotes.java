package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import io.github.nacosfailover.store.Votes;
import org.jspecify.annotations.Nullable;

/**
 * The votes of processes that share a directory. Used by one thread.
 */
final class DiskVotes implements Votes {

	private static final Duration REPEAT = Duration.ofSeconds(20);

	private static final Duration LIFETIME = Duration.ofSeconds(90);

	private final DiskReports reports;

	private final String instance = UUID.randomUUID().toString();

	private @Nullable String said;

	private long saidAt;

	DiskVotes(Path directory) {
		this.reports = new DiskReports(directory, "votes");
	}

	@Override
	public void say(@Nullable String text) throws IOException {
		boolean fresh = System.nanoTime() - this.saidAt < REPEAT.toNanos();
		if (Objects.equals(text, this.said) && (text == null || fresh)) {
			return;
		}
		if (text == null) {
			this.reports.withdraw(this.instance);
		}
		else {
			this.reports.report(this.instance, text, LIFETIME);
		}
		this.said = text;
		this.saidAt = System.nanoTime();
	}

	@Override
	public Collection<String> others() throws IOException {
		Map<String, String> reports = this.reports.reports();
		reports.remove(this.instance);
		return reports.values();
	}

}
