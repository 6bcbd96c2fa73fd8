package io.crius.config;

import java.util.Collection;
import java.util.Comparator;
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

    /** Levenshtein's distance, case ignored. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
                int substituted = diagonal + (same ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
