package io.github.nacosfailover.actuate.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.actuate.endpoint.web.WebEndpointHttpMethod;

/**
 * Composes the page from its resources. All of them are in the page itself, so that it
 * loads nothing but JSON from the endpoints beside it. Safe for use by several threads.
 */
public final class ConsolePage {

	private static final String NONCE = "{{nonce}}";

	private static final String SETTINGS = "{{settings}}";

	/** Of the page itself; {@code frame-ancestors} only counts in a header. */
	private static final String POLICY = "default-src 'none'; script-src 'nonce-" + NONCE + "'; style-src 'nonce-"
			+ NONCE + "'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
			+ "require-trusted-types-for 'script'; trusted-types 'none'";

	private static final int NONCE_SIZE = 16;

	private final SecureRandom random = new SecureRandom();

	private final ObjectMapper mapper = new ObjectMapper();

	private final Supplier<@Nullable WebEndpointsSupplier> endpoints;

	private final String template;

	/**
	 * Creates the page.
	 * @param endpoints tells the endpoints that are exposed beside it, {@code null} if
	 * that is not known
	 * @throws UncheckedIOException if a resource cannot be read
	 */
	public ConsolePage(Supplier<@Nullable WebEndpointsSupplier> endpoints) {
		this.endpoints = endpoints;
		this.template = read("index.html").replace("{{policy}}", POLICY)
			.replace("{{style}}", read("console.css"))
			.replace("{{script}}", read("console.js"))
			.replace("{{messages}}", "{\"en\":" + inScript(read("messages-en.json")) + ",\"zh\":"
					+ inScript(read("messages-zh.json")) + "}");
	}

	/**
	 * Composes the page for one answer.
	 * @param token the token that requests that change something have to carry,
	 * {@code null} if there is none
	 * @return the page with the headers that belong to it
	 */
	ConsoleAnswer compose(@Nullable CsrfToken token) {
		byte[] bytes = new byte[NONCE_SIZE];
		this.random.nextBytes(bytes);
		String nonce = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
		Map<String, String> headers = new LinkedHashMap<>();
		headers.put("Content-Security-Policy", POLICY.replace(NONCE, nonce) + "; frame-ancestors 'none'");
		headers.put("X-Content-Type-Options", "nosniff");
		headers.put("X-Frame-Options", "DENY");
		headers.put("Cache-Control", "no-store");
		headers.put("Referrer-Policy", "same-origin");
		return new ConsoleAnswer(this.template.replace(NONCE, nonce).replace(SETTINGS, settings(token)), headers);
	}

	/** Where the endpoints are, below the base path, and what they allow. */
	private String settings(@Nullable CsrfToken token) {
		Map<String, Object> settings = new LinkedHashMap<>();
		WebEndpointsSupplier known = this.endpoints.get();
		if (known != null) {
			for (ExposableWebEndpoint endpoint : known.getEndpoints()) {
				String id = endpoint.getEndpointId().toLowerCaseString();
				if (id.startsWith("nacosfailover")) {
					settings.put(id, new Location(endpoint.getRootPath(), isWritable(endpoint)));
				}
			}
		}
		Map<String, Object> all = new LinkedHashMap<>();
		all.put("endpoints", (known != null) ? settings : null);
		all.put("csrf", token);
		try {
			return inScript(this.mapper.writeValueAsString(all));
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static boolean isWritable(ExposableWebEndpoint endpoint) {
		return endpoint.getOperations()
			.stream()
			.map((operation) -> operation.getRequestPredicate().getHttpMethod())
			.anyMatch((method) -> method == WebEndpointHttpMethod.POST);
	}

	/** JSON that cannot end the element that it is in. */
	private static String inScript(String json) {
		return json.replace("<", "\\u003c");
	}

	private static String read(String name) {
		try (InputStream in = ConsolePage.class.getResourceAsStream(name)) {
			if (in == null) {
				throw new IOException("The resource '%s' of the console is missing".formatted(name));
			}
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Where an endpoint is.
	 *
	 * @param path its path below the base path
	 * @param writable whether it has operations that change something
	 */
	record Location(String path, boolean writable) {

	}

}
