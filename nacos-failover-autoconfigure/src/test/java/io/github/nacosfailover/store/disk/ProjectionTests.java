package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;

import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.store.document.DocumentIndex;
import io.github.nacosfailover.store.document.DocumentNames;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.WriteBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Projection}: what a crash, or a power loss, leaves of data files that
 * were not forced to the disk.
 */
class ProjectionTests extends DiskArchiveTestBase {

	@ParameterizedTest
	@ValueSource(doubles = { 0, 0.01, 0.5, 0.99 })
	void fileThatAPowerLossHasCutOffIsWrittenAgain(double left) throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80"));
		closeStores();
		losePower();
		byte[] content = Files.readAllBytes(dataFile("orders"));
		Files.write(dataFile("orders"), Arrays.copyOf(content, (int) (content.length * left)));
		assertServedAndOurs(open());
	}

	@ParameterizedTest
	@ValueSource(doubles = { 0, 0.5 })
	void fileWithZerosInPlaceOfBlocksIsWrittenAgain(double begin) throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80"));
		closeStores();
		losePower();
		byte[] content = Files.readAllBytes(dataFile("orders"));
		Arrays.fill(content, (int) (content.length * begin), content.length, (byte) 0);
		Files.write(dataFile("orders"), content);
		assertServedAndOurs(open());
	}

	@Test
	void fileWhoseNameAPowerLossHasLostIsWrittenAgain() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80"));
		closeStores();
		losePower();
		Files.delete(dataFile("orders"));
		assertServedAndOurs(open());
	}

	@Test
	void contentBeforeThatAPowerLossHasBroughtBackIsReplaced() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.9:80"));
		byte[] before = Files.readAllBytes(dataFile("orders"));
		write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80"));
		closeStores();
		losePower();
		Files.write(dataFile("orders"), before);
		assertServedAndOurs(open());
	}

	@Test
	void markThatAPowerLossHasTornMeansThatNothingIsKnownOfTheFiles() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80"));
		closeStores();
		losePower();
		Files.write(applied(), new byte[0]);
		Files.write(dataFile("orders"), new byte[10]);
		assertServedAndOurs(open());
	}

	@Test
	void manualEditBeforeAPowerLossStays() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80"));
		closeStores();
		losePower();
		files().service("orders", "10.9.9.9:80");
		DiskStore again = open();
		assertThat(addresses(again, "orders")).containsExactly("10.9.9.9:80");
		assertThat(again.archive().manual()).containsExactly(ORDERS_KEY);
	}

	@Test
	void fileThatIsDeletedWhileTheMachineRunsIsNotWrittenAgain() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80"));
		closeStores();
		mark(false);
		Files.delete(dataFile("orders"));
		DiskStore again = open();
		assertThat(addresses(again, "orders")).isEmpty();
		assertThat(dataFile("orders")).doesNotExist();
	}

	@Test
	void fileThatIsTornWhileTheMachineRunsWasEdited() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80"));
		closeStores();
		mark(false);
		Files.writeString(dataFile("orders"), "");
		open();
		assertThat(dataFile("orders")).isEmptyFile();
	}

	@Test
	void writeThatDiedAfterItsCommitIsFinished() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.9:80"));
		byte[] before = Files.readAllBytes(dataFile("orders"));
		byte[] mark = Files.readAllBytes(applied());
		write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80"));
		closeStores();
		Files.write(applied(), mark);
		Files.write(dataFile("orders"), before);
		Files.delete(dataFile("payments"));
		assertServedAndOurs(open());
	}

	@Test
	void dataFilesAreForcedSoonAfterAWrite() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"));
		AppliedMark mark = new AppliedMark(archive().getParent(), archive());
		await().until(() -> mark.read().forced());
	}

	private void assertServedAndOurs(DiskStore store) throws IOException {
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		assertThat(addresses(store, "payments")).containsExactly("10.0.0.7:80");
		assertThat(dataFile("orders")).hasContent(canonical(backup("orders", "10.0.0.1:80")));
		assertThat(store.archive().manual()).isEmpty();
		assertThat(new AppliedMark(archive().getParent(), archive()).read().forced()).isTrue();
	}

	/**
	 * As if data files had not been forced, and another boot of the machine had followed.
	 */
	private void losePower() throws IOException {
		DirectoryDocuments documents = new DirectoryDocuments(directory(), MAX_FILE_SIZE);
		DocumentIndex index = documents.index();
		Document log = index.find(DocumentNames.DATA_FILES);
		byte[] content = documents.read(log.hash());
		WriteBatch batch = new WriteBatch();
		batch.put(DocumentNames.DATA_FILES, BackupFormat.digest(content),
				log.text().replace(AppliedMark.boot(), "another boot"), content);
		documents.write(index, batch);
		mark(false);
	}

	private void mark(boolean forced) throws IOException {
		DirectoryDocuments documents = new DirectoryDocuments(directory(), MAX_FILE_SIZE);
		Path mark = applied();
		Files.deleteIfExists(mark);
		documents.applied().write(DataFileLog.lastWrite(documents.index()), forced, Instant.now());
		assertThat(documents.applied().read().forced()).isEqualTo(forced);
	}

}
