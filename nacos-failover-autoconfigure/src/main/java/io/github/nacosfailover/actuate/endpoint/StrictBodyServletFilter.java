package io.github.nacosfailover.actuate.endpoint;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a malformed POST to an endpoint of ours, in a servlet container.
 */
public class StrictBodyServletFilter implements Filter {

	private static final String JSON = "application/json";

	private final StrictBodies bodies;

	public StrictBodyServletFilter(StrictBodies bodies) {
		this.bodies = bodies;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		if (!(request instanceof HttpServletRequest http) || !"POST".equals(http.getMethod())) {
			chain.doFilter(request, response);
			return;
		}
		StrictBody expected = this.bodies.of(http.getRequestURI());
		if (expected == null) {
			chain.doFilter(request, response);
			return;
		}
		byte[] body = http.getInputStream().readNBytes(StrictBody.MAX_SIZE + 1);
		byte[] fault = expected.findFault(body);
		if (fault == null) {
			chain.doFilter(new ReadRequest(http, body), response);
			return;
		}
		HttpServletResponse httpResponse = (HttpServletResponse) response;
		httpResponse.setStatus(HttpServletResponse.SC_BAD_REQUEST);
		httpResponse.setContentType(JSON);
		httpResponse.getOutputStream().write(fault);
	}

	/** A request whose body has been read. */
	private static final class ReadRequest extends HttpServletRequestWrapper {

		private final byte[] body;

		ReadRequest(HttpServletRequest request, byte[] body) {
			super(request);
			this.body = body;
		}

		/** Where a body is optional, its type is as well. */
		@Override
		public @Nullable String getContentType() {
			String type = super.getContentType();
			return (type == null && this.body.length == 0) ? JSON : type;
		}

		@Override
		public @Nullable String getHeader(String name) {
			return "Content-Type".equalsIgnoreCase(name) ? getContentType() : super.getHeader(name);
		}

		@Override
		public Enumeration<String> getHeaders(String name) {
			String type = "Content-Type".equalsIgnoreCase(name) ? getContentType() : null;
			return (type != null) ? Collections.enumeration(List.of(type)) : super.getHeaders(name);
		}

		@Override
		public ServletInputStream getInputStream() {
			return new ReadBody(this.body);
		}

		@Override
		public BufferedReader getReader() {
			return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
		}

	}

	/** A body that has been read. */
	private static final class ReadBody extends ServletInputStream {

		private final ByteArrayInputStream stream;

		ReadBody(byte[] body) {
			this.stream = new ByteArrayInputStream(body);
		}

		@Override
		public int read() {
			return this.stream.read();
		}

		@Override
		public int read(byte[] bytes, int offset, int length) {
			return this.stream.read(bytes, offset, length);
		}

		@Override
		public boolean isFinished() {
			return this.stream.available() == 0;
		}

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setReadListener(ReadListener listener) {
			throw new UnsupportedOperationException();
		}

	}

}
