package io.github.nacosfailover.report;

import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Snapshots, and what is kept from them. Its JSON is the same whatever naming or
 * inclusion the application has set for its own.
 *
 * @param snapshots the snapshots, newest first
 * @param kept backups that are kept although the server says something else now
 * @param manual backups that were edited by hand and are left alone
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SnapshotList(List<SnapshotStatus> snapshots, List<KeptBackup> kept, List<ManualBackup> manual) {

	/**
	 * A snapshot.
	 *
	 * @param id its id
	 * @param namespace its namespace
	 * @param at when it was made
	 * @param services number of services
	 * @param instances number of their instances
	 * @param by who asked for it, {@code snapshot} if it came by itself
	 * @param pinned whether newer ones do not drive it out
	 * @param added services that the one before did not have
	 * @param changed services that the one before had with another content
	 * @param removed services that only the one before had
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record SnapshotStatus(String id, String namespace, @JsonFormat(shape = JsonFormat.Shape.STRING) Instant at,
			int services, int instances, String by, boolean pinned, List<String> added, List<String> changed,
			List<String> removed) {
	}

	/**
	 * A backup that is kept although the server says something else.
	 *
	 * @param namespace the namespace
	 * @param service the service
	 * @param reason why, with numbers, and until when
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record KeptBackup(String namespace, String service, String reason) {
	}

	/**
	 * A backup that was edited by hand and is left alone.
	 *
	 * @param namespace the namespace
	 * @param service the service
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record ManualBackup(String namespace, String service) {
	}

}
