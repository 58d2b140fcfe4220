package io.github.nacosfailover.actuate.endpoint;

import java.util.List;
import java.util.function.Supplier;

import io.github.nacosfailover.actuate.endpoint.StrictBody.Field;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;

/**
 * The bodies of all POSTs to our endpoints, by their paths.
 */
public final class StrictBodies {

	private static final EndpointId SWITCH_ENDPOINT = EndpointId.of("nacosfailover");

	private static final EndpointId SNAPSHOTS_ENDPOINT = EndpointId.of("nacosfailoversnapshots");

	private static final StrictBody SWITCH = new StrictBody("{\"enabled\": true} or {\"enabled\": false}",
			List.of("enabled"), Field.flag("enabled"), Field.text("namespace"), Field.text("reason"),
			Field.text("duration"), Field.flag("force"));

	private static final StrictBody SWITCH_SERVICE = new StrictBody(
			"{\"enabled\": true}, {\"enabled\": false} or {\"enabled\": null}", List.of("enabled"),
			Field.flag("enabled"), Field.text("namespace"), Field.text("reason"), Field.flag("force"));

	private static final StrictBody TAKE_SNAPSHOT = new StrictBody("{} or {\"force\": true}", List.of(),
			Field.text("namespace"), Field.flag("force"));

	private static final StrictBody CHANGE_SNAPSHOT = new StrictBody("{\"restore\": true} or {\"pinned\": true}",
			List.of("restore", "pinned"), Field.flag("restore"), Field.text("mode"), Field.flag("pinned"),
			Field.text("namespace"));

	private final Supplier<@Nullable PathMappedEndpoints> endpoints;

	/**
	 * Creates the collection.
	 * @param endpoints tells the paths of endpoints, {@code null} if there are none
	 */
	public StrictBodies(Supplier<@Nullable PathMappedEndpoints> endpoints) {
		this.endpoints = endpoints;
	}

	/**
	 * What the body of a POST to a path has to look like.
	 * @param path the path of the request
	 * @return the description, or {@code null} if the path is not ours
	 */
	@Nullable StrictBody of(String path) {
		PathMappedEndpoints known = this.endpoints.get();
		if (known == null) {
			return null;
		}
		String failover = known.getPath(SWITCH_ENDPOINT);
		if (isOrIsBelow(path, failover)) {
			return path.endsWith(String.valueOf(failover)) ? SWITCH : SWITCH_SERVICE;
		}
		String snapshots = known.getPath(SNAPSHOTS_ENDPOINT);
		if (isOrIsBelow(path, snapshots)) {
			return path.endsWith(String.valueOf(snapshots)) ? TAKE_SNAPSHOT : CHANGE_SNAPSHOT;
		}
		return null;
	}

	private static boolean isOrIsBelow(String path, @Nullable String endpoint) {
		return endpoint != null && (path.endsWith(endpoint) || path.contains(endpoint + "/"));
	}

}
