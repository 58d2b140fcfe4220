package io.github.nacosfailover.samples.quickstart;

/**
 * The steps to take, in this order.
 */
enum Step {

	LIVE("See live", "GET", "/orders", null),

	BACKED_UP("A backup is there by itself", "GET", "/actuator/nacosfailoversnapshots", null),

	KILL("Kill Nacos", "POST", "/nacos/kill", null),

	ON("Flip failover on", "POST", "/actuator/nacosfailover", "{\"enabled\": true, \"reason\": \"nacos is dead\"}"),

	STILL_SERVED("Still served", "GET", "/orders", null),

	STATUS("See what is served", "GET", "/actuator/nacosfailover", null),

	HEALTH("See the health", "GET", "/actuator/health", null),

	RESTART("Bring Nacos back", "POST", "/nacos/restart", null),

	COMPARE("Compare the backup with live", "GET", "/actuator/nacosfailover/orders", null),

	PREFLIGHT("Ask whether it is safe to switch off", "GET", "/actuator/nacosfailover/preflight", null),

	OFF("Flip failover off", "POST", "/actuator/nacosfailover", "{\"enabled\": false}"),

	LIVE_AGAIN("Live again", "GET", "/orders", null),

	HISTORY("See who switched, and why", "GET", "/actuator/nacosfailover/history", null),

	METRICS("See the metrics", "GET", "/actuator/prometheus", null),

	LOSE("Let the server lose all instances", "POST", "/provider/leave", null),

	LOST("Live, nothing is left", "GET", "/orders", null),

	KEPT("The backup keeps them", "GET", "/actuator/nacosfailoversnapshots", null),

	ON_AGAIN("Flip failover on", "POST", "/actuator/nacosfailover",
			"{\"enabled\": true, \"reason\": \"nacos has lost orders\"}"),

	SERVED_AGAIN("Served from the backup", "GET", "/orders", null),

	RETURN("Let the instances come back", "POST", "/provider/return", null),

	OFF_AGAIN("Flip failover off, which is refused until they are back", "POST", "/actuator/nacosfailover",
			"{\"enabled\": false}");

	static final String METER_PREFIX = "nacos_failover";

	private final String title;

	private final String method;

	private final String path;

	private final String body;

	Step(String title, String method, String path, String body) {
		this.title = title;
		this.method = method;
		this.path = path;
		this.body = body;
	}

	String title() {
		return this.title;
	}

	String method() {
		return this.method;
	}

	String path() {
		return this.path;
	}

	String body() {
		return this.body;
	}

	/**
	 * The line that takes this step in a shell.
	 * @param consumer address of the consumer
	 * @return the line
	 */
	String curl(String consumer) {
		String url = consumer + this.path;
		if (this.body != null) {
			return "curl -s -H 'Content-Type: application/json' -d '%s' %s".formatted(this.body, url);
		}
		if (this == METRICS) {
			return "curl -s %s | grep ^%s".formatted(url, METER_PREFIX);
		}
		return this.method.equals("GET") ? "curl -s " + url : "curl -s -X %s %s".formatted(this.method, url);
	}

}
