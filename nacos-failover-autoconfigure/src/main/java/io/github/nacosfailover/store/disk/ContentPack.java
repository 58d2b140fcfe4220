package io.github.nacosfailover.store.disk;

import java.io.ByteArrayOutputStream;

/**
 * Collects the compressed contents that are new in a generation, which go into one file.
 */
final class ContentPack {

	private final long number;

	private final ByteArrayOutputStream contents = new ByteArrayOutputStream();

	ContentPack(long number) {
		this.number = number;
	}

	/**
	 * Adds a content.
	 * @param compressed the compressed content
	 * @return where it will be
	 */
	PackedContent add(byte[] compressed) {
		PackedContent place = new PackedContent(this.number, this.contents.size(), compressed.length);
		this.contents.writeBytes(compressed);
		return place;
	}

	long number() {
		return this.number;
	}

	boolean isEmpty() {
		return this.contents.size() == 0;
	}

	byte[] toByteArray() {
		return this.contents.toByteArray();
	}

}
