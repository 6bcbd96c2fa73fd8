package io.crius.image;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The patterns of {@code pinned_images}. Immutable.
 *
 * <p>Compat: whatever the case; {@code x} is an exact name, {@code x*} and {@code *x*} names that contain x, {@code x*}
 * too not only at the start. The pause image is always pinned.
 */
public final class PinnedImages {
    private final List<String> patterns;

    public PinnedImages(List<String> patterns, String pauseImage) {
        this.patterns = Stream.concat(patterns.stream(), Stream.of(pauseImage))
                .map(pattern -> pattern.toLowerCase(Locale.ROOT))
                .filter(pattern -> !pattern.isEmpty())
                .toList();
    }

    Image.Pinned match(List<String> names) {
        return names.stream().anyMatch(this::matches) ? Image.Pinned.YES : Image.Pinned.NO;
    }

    private boolean matches(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return patterns.stream().anyMatch(pattern -> matches(pattern, lower));
    }

    private static boolean matches(String pattern, String name) {
        if (!pattern.endsWith("*")) {
            return name.equals(pattern);
        }
        int start = pattern.startsWith("*") ? 1 : 0;
        return name.contains(pattern.substring(Math.min(start, pattern.length() - 1), pattern.length() - 1));
    }
}
