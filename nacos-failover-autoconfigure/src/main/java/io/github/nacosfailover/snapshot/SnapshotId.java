package io.github.nacosfailover.snapshot;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ids of snapshots: the time, for operators, and a random part, since several processes
 * create them. Their order means nothing, since clocks can be set back.
 */
final class SnapshotId {

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'")
		.withZone(ZoneOffset.UTC);

	private SnapshotId() {
	}

	static String next() {
		return "%s-%04x".formatted(TIME.format(Instant.now()), ThreadLocalRandom.current().nextInt(1 << 16));
	}

}
