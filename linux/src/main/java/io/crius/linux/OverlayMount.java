package io.crius.linux;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An overlay of folders. Paths are taken as they are: no character in them needs escaping.
 *
 * @param lowers the read-only layers, topmost first; at least one, and two where there is no upper
 * @param upper where changes go; the mount is read-only without it
 * @param work an empty folder beside the upper one, exactly where there is an upper
 * @param options further ones as {@code key} or {@code key=value} ({@code volatile}, {@code metacopy=on}), and flags of
 *     mounts by name ({@code ro}, {@code nodev}, {@code nosuid}, {@code noexec}, {@code noatime})
 */
public record OverlayMount(
        Path target, List<Path> lowers, Optional<Path> upper, Optional<Path> work, List<String> options) {
    public OverlayMount {
        lowers = List.copyOf(lowers);
        options = List.copyOf(options);
        if (lowers.isEmpty()) {
            throw new IllegalArgumentException("an overlay at " + target + " without a lower folder");
        }
        if (upper.isPresent() != work.isPresent()) {
            throw new IllegalArgumentException(
                    "an overlay at " + target + " needs both upper and work folder, or neither");
        }
    }
}
