package io.crius.network.cni;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a scan looked at and how it found it, so that the next look costs one stat per path and nothing is parsed again
 * while nothing changed. Not thread-safe: it belongs to the thread that scans.
 *
 * <p>Kernel: creating, removing and renaming an entry changes the time of its directory, so that a directory needs no
 * listing; mounting over it or replacing it changes its inode. Symbolic links are followed, as their targets are what is
 * read (a ConfigMap volume swaps links).
 */
final class Footprint {
    private record Stamp(@Nullable Object inode, FileTime modified, long size) {}

    private final Map<Path, Optional<Stamp>> stamps = new LinkedHashMap<>();

    /** Remembers how the path is now, there or not. To be called before it is read. */
    void add(Path path) {
        stamps.put(path, stamp(path));
    }

    /** Whether anything that was looked at is now different, gone, or newly there. */
    boolean isStale() {
        return stamps.entrySet().stream().anyMatch(entry -> !entry.getValue().equals(stamp(entry.getKey())));
    }

    private static Optional<Stamp> stamp(Path path) {
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return Optional.of(new Stamp(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size()));
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
