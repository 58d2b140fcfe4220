package io.github.nacosfailover.actuate.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Why a request to an endpoint of ours is not carried out.
 *
 * @param status the status code of the answer
 * @param message what is wrong and what to send instead
 */
record RequestFault(int status, String message) {

	private static final ObjectMapper MAPPER = new ObjectMapper();

	byte[] toJson() {
		try {
			return MAPPER.writeValueAsBytes(
					MAPPER.createObjectNode().put("status", this.status).put("message", this.message));
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
