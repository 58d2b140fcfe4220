package io.github.nacosfailover.store.disk;

import java.nio.file.Path;

import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.DocumentsContract;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests for {@link DiskDocuments}.
 */
class DiskDocumentsTests extends DocumentsContract {

	@TempDir
	private Path home;

	@Override
	protected boolean tellsChanges() {
		return false;
	}

	@Override
	protected Documents open(String namespace) {
		Path directory = this.home.resolve(namespace);
		directory.toFile().mkdirs();
		return new DiskDocuments(directory, directory.resolve(FailoverFileNames.OWN_DIRECTORY).resolve("archive"));
	}

}
