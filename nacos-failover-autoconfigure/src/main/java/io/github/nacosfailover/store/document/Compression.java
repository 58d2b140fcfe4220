package io.github.nacosfailover.store.document;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * Compresses the content of data files. An instance is reused by one thread for many
 * contents, because setting up a deflater takes longer than using it.
 */
public final class Compression implements AutoCloseable {

	private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);

	private byte[] buffer = new byte[8 * 1024];

	public byte[] compress(byte[] content) {
		this.deflater.reset();
		this.deflater.setInput(content);
		this.deflater.finish();
		int length = 0;
		while (!this.deflater.finished()) {
			if (length == this.buffer.length) {
				this.buffer = Arrays.copyOf(this.buffer, this.buffer.length * 2);
			}
			length += this.deflater.deflate(this.buffer, length, this.buffer.length - length);
		}
		return Arrays.copyOf(this.buffer, length);
	}

	/**
	 * Compresses a single content.
	 * @param content the content
	 * @return the compressed content
	 */
	public static byte[] compressOne(byte[] content) {
		try (Compression compression = new Compression()) {
			return compression.compress(content);
		}
	}

	/**
	 * Undoes {@link #compress}.
	 * @param compressed the compressed content
	 * @return the content
	 * @throws IOException if it is not compressed content
	 */
	public static byte[] expand(byte[] compressed) throws IOException {
		return expand(compressed, Integer.MAX_VALUE - 9);
	}

	/**
	 * Undoes {@link #compress} of untrusted content.
	 * @param compressed the compressed content
	 * @param maxLength length in bytes of the longest content there can be
	 * @return the content, cut after one byte more if it is longer
	 * @throws IOException if it is not compressed content
	 */
	public static byte[] expand(byte[] compressed, int maxLength) throws IOException {
		Inflater inflater = new Inflater(true);
		try (InputStream stream = new InflaterInputStream(new ByteArrayInputStream(compressed), inflater)) {
			return stream.readNBytes(maxLength + 1);
		}
		finally {
			inflater.end();
		}
	}

	@Override
	public void close() {
		this.deflater.end();
	}

}
