package io.github.nacosfailover.spring.property;

/**
 * Reads shares as people write them: {@code 50%} or {@code 0.5}.
 */
public final class Percentage {

	private Percentage() {
	}

	/**
	 * Reads a share.
	 * @param property the property it is from
	 * @param text the share
	 * @return a number from 0 to 1
	 * @throws InvalidFailoverPropertyException if it is not one
	 */
	public static double parse(String property, String text) {
		String number = text.strip();
		boolean percent = number.endsWith("%");
		try {
			double value = Double.parseDouble(percent ? number.substring(0, number.length() - 1) : number)
					/ (percent ? 100 : 1);
			if (value >= 0 && value <= 1) {
				return value;
			}
		}
		catch (NumberFormatException ex) {
			// The message below says it better.
		}
		throw new InvalidFailoverPropertyException(property, text, "it is not a share",
				"Set one such as '50%' or '0.5'");
	}

}
