package io.github.nacosfailover.engine;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Known names that are similar to a mistyped one.
 */
final class SimilarNames {

	private static final int MOST = 3;

	private SimilarNames() {
	}

	/**
	 * Known names that are like another.
	 * @param name the name that nobody knows
	 * @param known the names there are
	 * @return the most similar first, few at most
	 */
	static List<String> of(String name, Collection<String> known) {
		return known.stream()
			.map((candidate) -> new Candidate(candidate, distance(name, candidate)))
			.filter((candidate) -> candidate.distance() <= tolerance(name))
			.sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
			.limit(MOST)
			.map(Candidate::name)
			.toList();
	}

	/** A slip or two, or three in a long name. The default group is not typed. */
	private static int tolerance(String name) {
		return Math.max(1, Math.min(3, name.substring(name.indexOf("@@") + 1).length() / 3));
	}

	/** Characters to insert, delete, replace or swap, whatever the case. */
	private static int distance(String one, String other) {
		String a = one.toLowerCase(Locale.ROOT);
		String b = other.toLowerCase(Locale.ROOT);
		if (Math.abs(a.length() - b.length()) > 3) {
			return Integer.MAX_VALUE;
		}
		int[][] distances = new int[a.length() + 1][b.length() + 1];
		for (int i = 0; i <= a.length(); i++) {
			for (int j = 0; j <= b.length(); j++) {
				if (i == 0 || j == 0) {
					distances[i][j] = i + j;
					continue;
				}
				int replaced = distances[i - 1][j - 1] + ((a.charAt(i - 1) == b.charAt(j - 1)) ? 0 : 1);
				distances[i][j] = Math.min(replaced, 1 + Math.min(distances[i - 1][j], distances[i][j - 1]));
				if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
					distances[i][j] = Math.min(distances[i][j], 1 + distances[i - 2][j - 2]);
				}
			}
		}
		return distances[a.length()][b.length()];
	}

	private record Candidate(String name, int distance) {

	}

}
