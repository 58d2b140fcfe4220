package io.github.nacosfailover.store.disk;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * Makes the content of data files small, fast: instances of a service are much alike.
 */
final class Compression {

	private Compression() {
	}

	static byte[] compress(byte[] content) {
		ByteArrayOutputStream compressed = new ByteArrayOutputStream(content.length / 8 + 64);
		Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
		try (DeflaterOutputStream stream = new DeflaterOutputStream(compressed, deflater)) {
			stream.write(content);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			deflater.end();
		}
		return compressed.toByteArray();
	}

	/**
	 * Undoes {@link #compress}.
	 * @param compressed the compressed content
	 * @return the content
	 * @throws IOException if it is not compressed content
	 */
	static byte[] expand(byte[] compressed) throws IOException {
		Inflater inflater = new Inflater(true);
		try (InputStream stream = new InflaterInputStream(new ByteArrayInputStream(compressed), inflater)) {
			return stream.readAllBytes();
		}
		finally {
			inflater.end();
		}
	}

}
