package io.github.nacosfailover.backup;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Builds JSON on one line and in ASCII. The first snapshot of an application writes
 * thousands of services with code that never ran before: so little of it is compiled in
 * an instant, where a general library is not.
 */
final class JsonLine {

	private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

	/** What an escaped character takes, quotes and a separator. */
	private static final int MAX_CHAR = 6;

	private byte[] bytes;

	private int length;

	/** Whether the next member is the first of its object or array. */
	private boolean first = true;

	JsonLine(int capacity) {
		this.bytes = new byte[capacity];
	}

	JsonLine open(char bracket) {
		separate();
		add(bracket);
		this.first = true;
		return this;
	}

	JsonLine close(char bracket) {
		reserve(1);
		add(bracket);
		this.first = false;
		return this;
	}

	JsonLine name(String name) {
		separate();
		quote(name);
		reserve(1);
		add(':');
		this.first = true;
		return this;
	}

	JsonLine string(@Nullable String value) {
		if (value == null) {
			return literal("null");
		}
		separate();
		quote(value);
		return this;
	}

	/**
	 * Adds a number or a word.
	 * @param value ASCII that needs no quotes
	 * @return this
	 */
	JsonLine literal(String value) {
		separate();
		reserve(value.length());
		for (int i = 0; i < value.length(); i++) {
			add(value.charAt(i));
		}
		return this;
	}

	private void separate() {
		reserve(2);
		if (!this.first) {
			add(',');
		}
		this.first = false;
	}

	private void quote(String value) {
		reserve(2 + value.length());
		add('"');
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			if (c >= ' ' && c < 127 && c != '"' && c != '\\') {
				add(c);
			}
			else {
				reserve(MAX_CHAR + value.length() - i + 1);
				escape(c);
			}
		}
		add('"');
	}

	private void escape(char c) {
		add('\\');
		if (c == '"' || c == '\\') {
			add(c);
			return;
		}
		add('u');
		for (int shift = 12; shift >= 0; shift -= 4) {
			this.bytes[this.length++] = HEX[(c >> shift) & 0xF];
		}
	}

	private void add(char c) {
		this.bytes[this.length++] = (byte) c;
	}

	private void reserve(int more) {
		if (this.length + more > this.bytes.length) {
			this.bytes = Arrays.copyOf(this.bytes, Math.max(this.length + more, this.bytes.length * 2));
		}
	}

	/**
	 * Ends the line.
	 * @return the bytes
	 */
	byte[] end() {
		reserve(1);
		add('\n');
		return Arrays.copyOf(this.bytes, this.length);
	}

}
