package io.github.nacosfailover.autoconfigure;

import java.util.HashMap;
import java.util.Map;

import io.github.nacosfailover.spring.property.InvalidFailoverPropertyException;
import org.jspecify.annotations.Nullable;

/**
 * Properties of the naming client of an application that has none of its own.
 */
public class NamingClientProperties {

	/**
	 * Address of the Nacos server, 'host:port', several separated by commas. A
	 * NamingService bean is made from it if the application defines none and does not use
	 * Spring Cloud Alibaba.
	 */
	private @Nullable String serverAddr;

	/**
	 * Namespace of the naming client. Defaults to the public namespace.
	 */
	private @Nullable String namespace;

	/**
	 * User name at the Nacos server.
	 */
	private @Nullable String username;

	/**
	 * Password at the Nacos server.
	 */
	private @Nullable String password;

	/**
	 * Further properties of the naming client, by their names in PropertyKeyConst.
	 */
	private Map<String, String> properties = new HashMap<>();

	public @Nullable String getServerAddr() {
		return this.serverAddr;
	}

	public void setServerAddr(@Nullable String serverAddr) {
		this.serverAddr = serverAddr;
	}

	public @Nullable String getNamespace() {
		return this.namespace;
	}

	public void setNamespace(@Nullable String namespace) {
		this.namespace = namespace;
	}

	public @Nullable String getUsername() {
		return this.username;
	}

	public void setUsername(@Nullable String username) {
		this.username = username;
	}

	public @Nullable String getPassword() {
		return this.password;
	}

	public void setPassword(@Nullable String password) {
		this.password = password;
	}

	public Map<String, String> getProperties() {
		return this.properties;
	}

	public void setProperties(Map<String, String> properties) {
		this.properties = properties;
	}

	void validate() {
		if (this.serverAddr != null && this.serverAddr.isBlank()) {
			throw new InvalidFailoverPropertyException("nacos.failover.client.server-addr", this.serverAddr,
					"it is blank", "Set 'host:port', or remove the property if the application has its own client");
		}
		if (this.namespace != null && !this.namespace.matches("[\\w.-]*")) {
			throw new InvalidFailoverPropertyException("nacos.failover.client.namespace", this.namespace,
					"a namespace id has only letters, digits, '-', '_' and '.'",
					"Set the id of the namespace, not its display name");
		}
	}

}
