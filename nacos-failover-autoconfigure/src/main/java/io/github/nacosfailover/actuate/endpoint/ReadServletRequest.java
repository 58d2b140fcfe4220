package io.github.nacosfailover.actuate.endpoint;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

/**
 * A request whose body has been read, and can be read in every way that a servlet may.
 */
final class ReadServletRequest extends HttpServletRequestWrapper {

	private final ReadBody body;

	private @Nullable BufferedReader reader;

	ReadServletRequest(HttpServletRequest request, byte[] body) {
		super(request);
		this.body = new ReadBody(body);
	}

	@Override
	public ServletInputStream getInputStream() {
		return this.body;
	}

	@Override
	public BufferedReader getReader() {
		if (this.reader == null) {
			this.reader = new BufferedReader(new InputStreamReader(this.body, StandardCharsets.UTF_8));
		}
		return this.reader;
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
		public int read(byte[] bytes, int offset, int length) {
			return this.stream.read(bytes, offset, length);
		}

		@Override
		public int available() {
			return this.stream.available();
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
			try {
				if (!isFinished()) {
					listener.onDataAvailable();
				}
				if (isFinished()) {
					listener.onAllDataRead();
				}
			}
			catch (IOException ex) {
				listener.onError(ex);
			}
		}

	}

}
