package io.github.nacosfailover.actuate.console;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.util.MimeType;

/**
 * {@link WebEndpoint @WebEndpoint} that answers with the console, a page of HTML. The
 * page reads and changes failover through the other endpoints, with the credentials of
 * whoever has opened it, and can do nothing that they do not allow.
 */
@WebEndpoint(id = NacosFailoverConsoleEndpoint.ID)
public class NacosFailoverConsoleEndpoint {

	static final String ID = "nacosfailoverconsole";

	static final String CONTENT_TYPE = "text/html;charset=UTF-8";

	private final ConsolePage page;

	public NacosFailoverConsoleEndpoint(ConsolePage page) {
		this.page = page;
	}

	/**
	 * The page as it is answered where nothing can set headers, which is with Jersey: its
	 * content security policy is in the page alone. With Spring MVC and WebFlux a handler
	 * adapter answers with the same page and with headers.
	 * @return the page
	 */
	@ReadOperation(produces = CONTENT_TYPE)
	public WebEndpointResponse<String> page() {
		return new WebEndpointResponse<>(this.page.compose(null).html(), MimeType.valueOf(CONTENT_TYPE));
	}

	ConsoleAnswer answer(@Nullable CsrfToken token) {
		return this.page.compose(token);
	}

}
