package io.github.nacosfailover.actuate.endpoint;

import java.io.ByteArrayInputStream;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

/**
 * A request whose body has been read, for Spring MVC to read it again.
 */
final class ReadServletRequest extends HttpServletRequestWrapper {

	private final ReadBody body;

	ReadServletRequest(HttpServletRequest request, byte[] body) {
		super(request);
		this.body = new ReadBody(body);
	}

	@Override
	public ServletInputStream getInputStream() {
		return this.body;
	}

	/** All of it is there at once. */
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
		public boolean isFinished() {
			return this.stream.available() == 0;
		}

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setReadListener(ReadListener listener) {
			throw new UnsupportedOperationException("Operations are invoked with a body that was read by a thread");
		}

	}

}
