package io.github.nacosfailover.backup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.alibaba.nacos.api.naming.pojo.Instance;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import org.jspecify.annotations.Nullable;

/**
 * Reads a service as written by clients, token by token. Data binding is lenient and
 * states the place of errors, but takes several times as long in a process that has just
 * started, which may have to read thousands of files. It is the fallback for unusual
 * content.
 */
final class ServiceParser {

	private final JsonParser json;

	private ServiceParser(JsonParser json) {
		this.json = json;
	}

	/** Read a service. Return {@code null} if data binding has to read the content. */
	static @Nullable ServiceDocument parse(byte[] content) {
		try (JsonParser json = BackupFormat.JSON.createParser(content)) {
			return new ServiceParser(json).readFile();
		}
		catch (IOException | UnusualContentException ex) {
			return null;
		}
	}

	private ServiceDocument readFile() throws IOException, UnusualContentException {
		require(this.json.nextToken() == JsonToken.START_OBJECT);
		ServiceDocument service = readService();
		require(this.json.nextToken() == null);
		require(service.name != null || service.hosts != null);
		return service;
	}

	private ServiceDocument readService() throws IOException, UnusualContentException {
		ServiceDocument service = new ServiceDocument();
		for (String field = this.json.nextFieldName(); field != null; field = this.json.nextFieldName()) {
			JsonToken value = this.json.nextToken();
			switch (field) {
				case "name" -> service.name = text(value);
				case "groupName" -> service.groupName = text(value);
				case "hosts" -> service.hosts = readInstances(value);
				case "instanceId", "ip", "port", "weight", "healthy", "enabled", "ephemeral", "clusterName",
						"serviceName", "metadata" ->
					throw new UnusualContentException();
				default -> this.json.skipChildren();
			}
		}
		require(this.json.currentToken() == JsonToken.END_OBJECT);
		return service;
	}

	private List<Instance> readInstances(JsonToken start) throws IOException, UnusualContentException {
		require(start == JsonToken.START_ARRAY);
		List<Instance> instances = new ArrayList<>();
		for (JsonToken next = this.json.nextToken(); next != JsonToken.END_ARRAY; next = this.json.nextToken()) {
			require(next == JsonToken.START_OBJECT);
			instances.add(readInstance());
		}
		return instances;
	}

	private Instance readInstance() throws IOException, UnusualContentException {
		Instance instance = new BackupInstance();
		for (String field = this.json.nextFieldName(); field != null; field = this.json.nextFieldName()) {
			JsonToken value = this.json.nextToken();
			switch (field) {
				case "instanceId" -> instance.setInstanceId(text(value));
				case "ip" -> instance.setIp(text(value));
				case "port" -> instance.setPort(wholeNumber(value));
				case "weight" -> instance.setWeight(number(value));
				case "healthy" -> instance.setHealthy(bool(value));
				case "enabled" -> instance.setEnabled(bool(value));
				case "ephemeral" -> instance.setEphemeral(bool(value));
				case "clusterName" -> instance.setClusterName(text(value));
				case "serviceName" -> instance.setServiceName(text(value));
				case "metadata" -> instance.setMetadata(readMetadata(value));
				default -> this.json.skipChildren();
			}
		}
		require(this.json.currentToken() == JsonToken.END_OBJECT);
		return instance;
	}

	private Map<String, String> readMetadata(JsonToken start) throws IOException, UnusualContentException {
		require(start == JsonToken.START_OBJECT);
		Map<String, String> metadata = new LinkedHashMap<>();
		for (String name = this.json.nextFieldName(); name != null; name = this.json.nextFieldName()) {
			metadata.put(name, text(this.json.nextToken()));
		}
		require(this.json.currentToken() == JsonToken.END_OBJECT);
		return metadata;
	}

	private String text(JsonToken value) throws IOException, UnusualContentException {
		require(value == JsonToken.VALUE_STRING);
		return this.json.getText();
	}

	private int wholeNumber(JsonToken value) throws IOException, UnusualContentException {
		require(value == JsonToken.VALUE_NUMBER_INT);
		return this.json.getIntValue();
	}

	private double number(JsonToken value) throws IOException, UnusualContentException {
		require(value == JsonToken.VALUE_NUMBER_FLOAT || value == JsonToken.VALUE_NUMBER_INT);
		return this.json.getDoubleValue();
	}

	private boolean bool(JsonToken value) throws UnusualContentException {
		require(value == JsonToken.VALUE_TRUE || value == JsonToken.VALUE_FALSE);
		return value == JsonToken.VALUE_TRUE;
	}

	private static void require(boolean usual) throws UnusualContentException {
		if (!usual) {
			throw new UnusualContentException();
		}
	}

	/** Thrown when the content is not what a client writes. */
	private static final class UnusualContentException extends Exception {

		private static final long serialVersionUID = 1L;

		UnusualContentException() {
			super(null, null, false, false);
		}

	}

}
