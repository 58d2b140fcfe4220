package io.github.nacosfailover.observation;

import io.micrometer.observation.Observation;

/**
 * What is known of an observed query.
 */
public class NamingQueryObservationContext extends Observation.Context {

	private final String namespace;

	private final String service;

	private final String method;

	private String servedFrom = "live";

	/**
	 * Creates the context of a query that was passed on to the Nacos client.
	 * @param namespace name of the namespace
	 * @param service the service, as {@code group@@name}
	 * @param method name of the called method
	 */
	public NamingQueryObservationContext(String namespace, String service, String method) {
		this.namespace = namespace;
		this.service = service;
		this.method = method;
	}

	/**
	 * Returns the namespace.
	 * @return its name
	 */
	public String getNamespace() {
		return this.namespace;
	}

	/**
	 * Returns the service.
	 * @return the service, as {@code group@@name}
	 */
	public String getService() {
		return this.service;
	}

	/**
	 * Returns the called method.
	 * @return its name
	 */
	public String getMethod() {
		return this.method;
	}

	/**
	 * Returns where the query was answered from.
	 * @return {@code live}, {@code backup} or {@code hold}
	 */
	public String getServedFrom() {
		return this.servedFrom;
	}

	/**
	 * Sets where the query was answered from.
	 * @param servedFrom {@code live}, {@code backup} or {@code hold}
	 */
	public void setServedFrom(String servedFrom) {
		this.servedFrom = servedFrom;
	}

}
