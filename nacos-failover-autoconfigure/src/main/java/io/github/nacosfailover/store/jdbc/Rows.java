package io.github.nacosfailover.store.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Many rows with few statements, each of which is within what databases and drivers
 * accept.
 */
final class Rows {

	private static final int PER_STATEMENT = 100;

	private static final int BYTES_PER_STATEMENT = 1024 * 1024;

	private Rows() {
	}

	static <T> List<List<T>> chunks(Collection<T> rows) {
		return chunks(rows, (row) -> 0);
	}

	static <T> List<List<T>> chunks(Collection<T> rows, ToIntFunction<T> bytes) {
		List<List<T>> chunks = new ArrayList<>();
		List<T> chunk = new ArrayList<>();
		long size = 0;
		for (T row : rows) {
			int more = bytes.applyAsInt(row);
			if (!chunk.isEmpty() && (chunk.size() == PER_STATEMENT || size + more > BYTES_PER_STATEMENT)) {
				chunks.add(chunk);
				chunk = new ArrayList<>();
				size = 0;
			}
			chunk.add(row);
			size += more;
		}
		if (!chunk.isEmpty()) {
			chunks.add(chunk);
		}
		return chunks;
	}

	static String placeholders(String row, Collection<?> rows) {
		return String.join(", ", Collections.nCopies(rows.size(), row));
	}

	static Object[] arguments(Collection<String> values, String last) {
		List<Object> arguments = new ArrayList<>(values);
		arguments.add(last);
		return arguments.toArray();
	}

}
