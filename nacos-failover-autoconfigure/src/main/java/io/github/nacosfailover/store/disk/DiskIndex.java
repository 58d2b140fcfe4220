package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.store.disk.ZipObjects.Place;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.Documents.Version;
import org.jspecify.annotations.Nullable;

/**
 * The index of the documents on a disk. Immutable.
 *
 * @param version version of the documents, {@code null} if nothing was ever written
 * @param documents the documents by name
 * @param places where contents are, by hash
 * @param garbage hashes of contents that go with the next write
 */
record DiskIndex(@Nullable Version version, Map<String, Document> documents, Map<String, Place> places,
		Set<String> garbage) {

	static final DiskIndex EMPTY = new DiskIndex(null, Map.of(), Map.of(), Set.of());

	private static final String FORMAT = "nacos-failover-index 1";

	byte[] write() {
		StringBuilder text = new StringBuilder(256 * (this.documents.size() + this.places.size()));
		Version version = this.version;
		text.append(FORMAT).append('\n');
		if (version != null) {
			append(text, 'v', version.epoch(), Long.toString(version.revision()));
		}
		this.documents.forEach((name, document) -> append(text, 'd', Long.toString(document.revision()),
				String.valueOf(document.hash()), name, document.text()));
		this.places.forEach((hash, place) -> append(text, 'c', hash, Long.toString(place.file()),
				Long.toString(place.offset()), Integer.toString(place.length())));
		this.garbage.forEach((hash) -> append(text, 'g', hash));
		return text.toString().getBytes(StandardCharsets.UTF_8);
	}

	private static void append(StringBuilder text, char kind, String... fields) {
		text.append(kind);
		for (String field : fields) {
			text.append('\t');
			for (int i = 0; i < field.length(); i++) {
				char c = field.charAt(i);
				switch (c) {
					case '\t' -> text.append("\\t");
					case '\n' -> text.append("\\n");
					case '\\' -> text.append("\\\\");
					default -> text.append(c);
				}
			}
		}
		text.append('\n');
	}

	static DiskIndex read(Path file, byte[] content) throws DamagedFileException {
		String[] lines = new String(content, StandardCharsets.UTF_8).split("\n");
		if (!lines[0].equals(FORMAT)) {
			throw new DamagedFileException(file, "it is of another version of this software");
		}
		Version version = null;
		Map<String, Document> documents = new LinkedHashMap<>();
		Map<String, Place> places = new HashMap<>();
		Set<String> garbage = new HashSet<>();
		try {
			for (int i = 1; i < lines.length; i++) {
				String[] fields = lines[i].split("\t", -1);
				switch (fields[0]) {
					case "v" -> version = new Version(unescape(fields[1]), Long.parseLong(fields[2]));
					case "d" -> {
						String name = unescape(fields[3]);
						documents.put(name, new Document(name, Long.parseLong(fields[1]), unescape(fields[2]),
								unescape(fields[4])));
					}
					case "c" -> places.put(unescape(fields[1]), new Place(Long.parseLong(fields[2]),
							Long.parseLong(fields[3]), Integer.parseInt(fields[4])));
					case "g" -> garbage.add(unescape(fields[1]));
					default -> throw new DamagedFileException(file, "line %d cannot be understood".formatted(i + 1));
				}
			}
		}
		catch (RuntimeException ex) {
			throw new DamagedFileException(file, ex.toString());
		}
		return new DiskIndex(version, documents, places, garbage);
	}

	private static String unescape(String field) {
		if (field.indexOf('\\') < 0) {
			return field;
		}
		StringBuilder text = new StringBuilder(field.length());
		for (int i = 0; i < field.length(); i++) {
			char c = field.charAt(i);
			if (c != '\\') {
				text.append(c);
				continue;
			}
			char escaped = field.charAt(++i);
			text.append((escaped == 't') ? '\t' : (escaped == 'n') ? '\n' : escaped);
		}
		return text.toString();
	}

}
