package io.crius.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** "Did you mean": the known word nearest to a mistyped one. */
final class Suggestion {
    private Suggestion() {}

    /** {@code "; did you mean \"x\"?"}, or nothing where no word is near. */
    static String among(Collection<String> known, String typed) {
        return nearest(known, typed)
                .map(word -> "; did you mean \"" + word + "\"?")
                .orElse("");
    }

    /** The known word that one or a few edits turn {@code typed} into; longer words may differ in more places. */
    static Optional<String> nearest(Collection<String> known, String typed) {
        int limit = Math.max(1, typed.length() / 4);
        return known.stream()
                .filter(word -> distance(word, typed) <= limit)
                .min(Comparator.comparingInt((String word) -> distance(word, typed))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Edits from one word to the other (insert, delete, replace, swap two neighbours), case ignored. */
    private static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[][] edits = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                edits[i][j] = i == 0 || j == 0 ? i + j : fewest(edits, a, b, i, j);
            }
        }
        return edits[a.length()][b.length()];
    }

    private static int fewest(int[][] edits, String a, String b, int i, int j) {
        int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, edits[i - 2][j - 2] + 1) : best;
    }
}
