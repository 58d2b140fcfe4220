package io.github.nacosfailover.backup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * Reads the content of a data file by data binding: as lenient as the client, with errors
 * that state the place. Initialised when first needed.
 */
final class ServiceBinding {

	private static final ObjectMapper MAPPER = JsonMapper.builder()
		.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.build();

	private static final ObjectReader READER = MAPPER.readerFor(ServiceDocument.class);

	private ServiceBinding() {
	}

	/**
	 * Read the services or instances of a data file.
	 * @throws InvalidBackupException if there is anything else; the message names the
	 * place and the remedy
	 */
	static List<ServiceDocument> read(byte[] content) throws InvalidBackupException {
		List<ServiceDocument> documents = new ArrayList<>();
		try (JsonParser parser = MAPPER.createParser(content)) {
			try {
				for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
					if (token != JsonToken.START_OBJECT) {
						throw new InvalidBackupException("%s%s is not a service; write the ServiceInfo as a JSON object"
							.formatted(place(parser.currentTokenLocation()), describe(token)));
					}
					documents.add(READER.readValue(parser));
				}
			}
			catch (JsonProcessingException ex) {
				JsonLocation place = (ex.getLocation() != null) ? ex.getLocation() : parser.currentLocation();
				throw new InvalidBackupException(
						"invalid JSON at %s%s; correct the file".formatted(place(place), ex.getOriginalMessage()), ex);
			}
		}
		catch (IOException ex) {
			throw new InvalidBackupException("not readable as JSON: " + ex.getMessage(), ex);
		}
		return documents;
	}

	private static String place(JsonLocation location) {
		return "line %d, column %d: ".formatted(location.getLineNr(), location.getColumnNr());
	}

	private static String describe(JsonToken token) {
		return switch (token) {
			case START_ARRAY -> "an array";
			case VALUE_NULL -> "'null'";
			case VALUE_STRING -> "a string";
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
			default -> "a lone value";
		};
	}

}
