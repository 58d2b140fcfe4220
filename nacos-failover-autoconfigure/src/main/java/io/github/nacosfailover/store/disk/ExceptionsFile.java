package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.core.type.TypeReference;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.StoredJson;
import org.jspecify.annotations.Nullable;

/**
 * The exceptions of single services, in {@code .nacos-failover}: the format of the switch
 * file has no room for them, and stock clients read it, too.
 */
final class ExceptionsFile {

	private final Path directory;

	private final Path ownDirectory;

	private final Path file;

	ExceptionsFile(Path directory) {
		this.directory = directory;
		this.ownDirectory = directory.resolve(FailoverFileNames.OWN_DIRECTORY);
		this.file = this.ownDirectory.resolve("exceptions.json");
	}

	Path path() {
		return this.file;
	}

	@Nullable FileSignature signature() throws IOException {
		return FileSignature.of(this.file);
	}

	/**
	 * Reads the exceptions.
	 * @return the exceptions, empty if there is no file
	 * @throws IOException if it cannot be read or is damaged
	 */
	Map<ServiceKey, Boolean> read() throws IOException {
		if (signature() == null) {
			return Map.of();
		}
		Map<String, Boolean> names = StoredJson.MAPPER.readValue(RegularFile.read(this.file), new TypeReference<>() {
		});
		Map<ServiceKey, Boolean> exceptions = new LinkedHashMap<>();
		try {
			names.forEach((name, enabled) -> exceptions.put(ServiceKey.parse(name), enabled));
			return Map.copyOf(exceptions);
		}
		catch (IllegalArgumentException | NullPointerException ex) {
			throw new IOException("it is not a table of services and true or false", ex);
		}
	}

	void write(Map<ServiceKey, Boolean> exceptions) throws IOException {
		OwnDirectory.create(this.directory, this.ownDirectory);
		Map<String, Boolean> names = new TreeMap<>();
		exceptions.forEach((key, enabled) -> names.put(key.toString(), enabled));
		AtomicFile.write(this.file, StoredJson.write(names), this.ownDirectory, null);
	}

}
