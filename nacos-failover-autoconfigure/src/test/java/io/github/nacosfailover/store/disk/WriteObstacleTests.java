package io.github.nacosfailover.store.disk;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;

import io.github.nacosfailover.source.SwitchState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * That a directory cannot be written is known before it is needed, from the start on,
 * with a cure that fits.
 */
class WriteObstacleTests extends DiskStoreTestBase {

	private final Commands commands = new Commands();

	@AfterEach
	void undoCommands() throws Exception {
		this.commands.undo();
	}

	@Test
	void nothingIsSaidAgainstADirectoryThatCanBeWrittenOrCreated() throws Exception {
		assertNoObstacle(files().directory());
		assertNoObstacle(this.temp.resolve("a/b/failover"));
		assertThat(this.temp.resolve("a")).doesNotExist();
	}

	@Test
	void readOnlyFileSystemIsTold() throws Exception {
		mountReadOnly(files().on().directory());
		DiskStore store = open();
		assertObstacle(store, "is on a read-only file system; mount a volume");
		assertObstacle(store, "nacos.failover.disk.path");
		assertThat(isOn(store)).isTrue();
		this.commands.require("mount", "-o", "remount,bind,rw", directory().toString());
		awaitNoProblems(store);
		assertThat(store.isWritable()).isTrue();
	}

	@Test
	void mountedConfigMapIsTold() throws Exception {
		files();
		Files.createDirectory(directory().resolve("..2026_1"));
		Files.createSymbolicLink(directory().resolve("..data"), Path.of("..2026_1"));
		mountReadOnly(directory());
		assertObstacle(open(), "ConfigMap or Secret, which can only be read; edit the failover switch there");
	}

	@Test
	void missingDirectoryOnAReadOnlyRootIsTold() throws Exception {
		Path root = Files.createDirectory(this.temp.resolve("root"));
		mountReadOnly(root);
		assertObstacle(open(Watching.NOTIFIED, root.resolve("a/failover")),
				"does not exist and cannot be created: " + root + " is on a read-only file system");
	}

	@Test
	void fileInPlaceOfAParentIsTold() throws Exception {
		Path file = Files.writeString(this.temp.resolve("file"), "x");
		assertThat(WriteObstacle.find(file.resolve("failover")))
			.contains(file + " is a file where a directory is needed");
		assertThat(WriteObstacle.find(file)).contains("is a file where a directory is needed; move it away");
	}

	@Test
	void linkThatLeadsNowhereIsTold() throws Exception {
		Files.createSymbolicLink(directory(), this.temp.resolve("nowhere"));
		assertObstacle(open(), "is a symbolic link to a directory that does not exist; create that");
	}

	@Test
	void immutableDirectoryIsTold() throws Exception {
		this.commands.makeImmutable(files().directory());
		assertObstacle(open(), "immutable (chattr -i)");
	}

	@Test
	void missingPermissionIsToldToAProcessWithoutIt() throws Exception {
		files().on();
		Files.setPosixFilePermissions(this.temp, PosixFilePermissions.fromString("rwxr-xr-x"));
		assertThat(lookAsNobody(directory())).contains("on true", "writable false")
			.contains(directory() + " cannot be written by this process; give")
			.contains("uid 65534");
		assertThat(lookAsNobody(directory().resolve("a/failover"))).contains("does not exist and cannot be created");
		Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwxrwxrwx"));
		assertThat(lookAsNobody(directory())).contains("on true", "writable true").contains("obstacle null");
		Files.createDirectory(directory().resolve(FailoverFileNames.OWN_DIRECTORY),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
		assertThat(lookAsNobody(directory())).contains("writable false")
			.contains("/.nacos-failover cannot be written by this process");
	}

	private String lookAsNobody(Path directory) throws Exception {
		Path output = this.temp.resolve("output");
		this.commands.require("setpriv", "--reuid=65534", "--clear-groups", "--inh-caps=+dac_read_search",
				"--ambient-caps=+dac_read_search", "true");
		// Classes may be where only this user reads.
		Process process = new ProcessBuilder("setpriv", "--reuid=65534", "--clear-groups",
				"--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search",
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-cp",
				System.getProperty("java.class.path"), WriteObstacleTests.class.getName(), directory.toString())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
			return Files.readString(output);
		}
		finally {
			process.destroyForcibly();
		}
	}

	/**
	 * Prints what a process knows of a directory.
	 * @param arguments the directory
	 */
	public static void main(String[] arguments) {
		DiskStore store = DiskStores.open(Path.of(arguments[0]), MAX_FILE_SIZE);
		System.out.println("on " + isOn(store));
		System.out.println("writable " + store.isWritable());
		System.out.println("obstacle " + store.writeObstacle());
		DiskStores.close(store);
	}

	private void mountReadOnly(Path directory) throws Exception {
		this.commands.mount(directory, "--bind", directory.toString());
		this.commands.require("mount", "-o", "remount,bind,ro", directory.toString());
	}

	private void assertNoObstacle(Path directory) {
		DiskStore store = open(Watching.NOTIFIED, directory);
		assertThat(store.writeObstacle()).isNull();
		assertThat(store.isWritable()).isTrue();
		assertThat(store.problems()).isEmpty();
	}

	/** At once, listed as a problem, and true: a write fails. */
	private void assertObstacle(DiskStore store, String expected) {
		assertThat(store.writeObstacle()).contains(store.directory().toString()).contains(expected);
		assertThat(store.isWritable()).isFalse();
		assertThat(new LocalFiles(store).isWritable()).isFalse();
		assertThat(store.problems()).anySatisfy((problem) -> assertThat(problem.message()).contains(expected));
		assertThatIOException().isThrownBy(() -> store.writeSwitch(new SwitchState(true, null, "ops", null, null)));
	}

}
