package io.github.nacosfailover.testsupport;

/**
 * Throws what is not declared, as code of others may.
 */
public final class Thrown {

	private Thrown() {
	}

	/**
	 * Throws an exception or error as it is.
	 * @param ex what to throw
	 */
	public static void raise(Throwable ex) {
		Thrown.<RuntimeException>raiseAs(ex);
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> void raiseAs(Throwable ex) throws T {
		throw (T) ex;
	}

}
