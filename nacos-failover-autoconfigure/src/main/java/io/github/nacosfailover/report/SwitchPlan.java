package io.github.nacosfailover.report;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What a switch would change for whom. Its JSON is the same whatever naming or inclusion
 * the application has set for its own.
 *
 * @param id short, and another one as soon as the switch, the exceptions, the backups, or
 * the number of live instances of a service that it concerns is another one
 * @param services services that would be answered from their backups, or not any more
 * @param missing services in use that would be on and have no backup, so they would still
 * be answered live
 * @param losing services that would have fewer healthy instances than before
 * @param unreachable instances of the backups that would be served and accept no
 * connection, by service; absent if nobody has tried to connect
 * @param oldestBackup age of the oldest backup of {@code services}, if known
 * @param newestBackup age of the newest one, if known
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SwitchPlan(String id, List<String> services, List<String> missing, List<Loss> losing,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Map<String, List<String>> unreachable,
		@JsonProperty("oldestBackup") @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable Duration oldestBackup,
		@JsonProperty("newestBackup") @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable Duration newestBackup) {

	/**
	 * A service that would have fewer healthy instances.
	 *
	 * @param service the service
	 * @param before number of healthy instances now
	 * @param after number of healthy instances afterwards, {@code null} if the server
	 * does not answer
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record Loss(String service, int before, @Nullable Integer after) {

	}

}
