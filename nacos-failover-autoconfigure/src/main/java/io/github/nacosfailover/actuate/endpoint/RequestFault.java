package io.github.nacosfailover.actuate.endpoint;

import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * Why a request to an endpoint of ours is not carried out.
 *
 * @param status the status code of the answer
 * @param message what is wrong and what to send instead
 */
record RequestFault(int status, String message) {

	byte[] toJson() {
		return JsonNodeFactory.instance.objectNode()
			.put("status", this.status)
			.put("message", this.message)
			.toString()
			.getBytes(StandardCharsets.UTF_8);
	}

}
