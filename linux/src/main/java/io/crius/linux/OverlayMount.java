package io.crius.linux;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An overlay file system to be mounted.
 *
 * @param lowers folders to look through, top-most first; at least one, two where there is no upper
 * @param upper the folder that takes the changes; without it nothing can be written
 * @param work an empty folder on the file system of {@code upper}, for the kernel's use
 * @param options further options, {@code key} or {@code key=value}; {@code ro}, {@code nodev}, {@code nosuid},
 *     {@code noexec}, {@code noatime} among them
 */
public record OverlayMount(
        Path target, List<Path> lowers, Optional<Path> upper, Optional<Path> work, List<String> options) {
    public OverlayMount {
        lowers = List.copyOf(lowers);
        options = List.copyOf(options);
        if (lowers.isEmpty()) {
            throw new IllegalArgumentException("an overlay on " + target + " without a lower folder");
        }
        if (upper.isPresent() != work.isPresent()) {
            throw new IllegalArgumentException(
                    "an overlay on " + target + " needs both upper and work folder, or neither");
        }
    }
}
