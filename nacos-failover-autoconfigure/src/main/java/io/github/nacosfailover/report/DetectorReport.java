package io.github.nacosfailover.report;

import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.nacosfailover.request.DetectorMode;
import org.jspecify.annotations.Nullable;

/**
 * The detector, and the services that it does not find normal.
 *
 * @param mode the mode
 * @param effective the mode it works in, which is {@code suggest} instead of {@code act}
 * if there was no drill
 * @param reason why the two differ, {@code null} if they do not
 * @param namespaces the namespaces by name
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record DetectorReport(DetectorMode mode, DetectorMode effective, @Nullable String reason,
		Map<String, NamespaceDetection> namespaces) {

	/**
	 * One namespace.
	 *
	 * @param drill the last drill, {@code null} if there was none
	 * @param services services that are not normal
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record NamespaceDetection(@JsonProperty("drill") @Nullable DrillStatus drill,
			Map<String, DetectorStatus> services) {
	}

}
