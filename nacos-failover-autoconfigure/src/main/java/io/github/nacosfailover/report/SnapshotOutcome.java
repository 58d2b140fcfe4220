package io.github.nacosfailover.report;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.nacosfailover.report.SnapshotList.KeptBackup;
import org.jspecify.annotations.Nullable;

/**
 * The result of taking or bringing back a snapshot.
 *
 * @param id id of the newest snapshot, the new one if something has changed, {@code null}
 * if there is none
 * @param changed whether something has changed
 * @param services number of services in it
 * @param instances number of their instances
 * @param kept services whose backup was left as it was
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SnapshotOutcome(@Nullable String id, boolean changed, int services, int instances,
		List<KeptBackup> kept) {

}
