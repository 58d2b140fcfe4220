package io.github.nacosfailover.testsupport;

import java.io.File;

/**
 * Where the programs of databases are unpacked, once for all tests of a JVM.
 */
final class Binaries {

	private Binaries() {
	}

	/**
	 * A directory of this JVM's own: while a program is written it cannot be run.
	 * @param name what is in it
	 * @return the directory, which may be missing
	 */
	static File directory(String name) {
		return new File("target/" + name + "-" + System.getProperty("test.fork", "fork"));
	}

}
